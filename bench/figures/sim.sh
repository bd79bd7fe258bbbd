# TITLE: the simulator: node-hours of a cluster of SIM_NODES nodes per second of wall time, all faults on
# LIMIT: 120
: "${SIM_NODES:=1000}" "${SIM_HOURS:=24}" "${SIM_SEED:=20261129}"
t=$(now_ms)
"$TOP/bin/simulate" --seed "$SIM_SEED" --nodes "$SIM_NODES" --hours "$SIM_HOURS" --faults all >"$INTEROP/simulate.out" 2>&1 || note "status $?"
t=$(($(now_ms) - t))
tail -12 "$INTEROP/simulate.out" | while IFS= read -r line; do say "  $line"; done
figure "sim node-hours per second" /s "" "$(awk -v n=$((SIM_NODES * SIM_HOURS)) -v t="$t" 'BEGIN{printf "%.0f", n * 1000 / t}')" "ours >= 1000"
