# TITLE: the simulator: node-hours of a cluster of SIM_NODES nodes per second of wall time, all faults on
# LIMIT: 150
: "${SIM_NODES:=1000}" "${SIM_HOURS:=24}" "${SIM_SEED:=20261129}"
"$TOP/bin/simulate" --seed "$SIM_SEED" --nodes "$SIM_NODES" --hours "$SIM_HOURS" --faults all >"$INTEROP/simulate.out" 2>&1 || note "status $?"
tail -6 "$INTEROP/simulate.out" | cut -c1-300 | while IFS= read -r line; do say "  $line"; done
figure "sim node-hours per second" /s "" "$(sed -n 's/.* s: \([0-9]*\) node-hours per second.*/\1/p' "$INTEROP/simulate.out")" "ours >= 1000"
