# TITLE: submit -> seen running on an idle cluster of one node: slurmctld with slurmd, ours with slurmd-agent (24.11)
# LIMIT: 120
: "${C_REAL:=10}" "${C_OURS:=100}" "${C_WARM:=30}"
pair 24.11 slurm 1
raw "$R" latency -n 2 >/dev/null
raw "$O" latency -n "$C_WARM" >/dev/null
real=$(raw "$R" latency -n "$C_REAL" | grep seen_running)
ours=$(raw "$O" latency -n "$C_OURS" | grep seen_running)
figure "c submit -> running p50" ms "$(echo "$real" | val p50)" "$(echo "$ours" | val p50)" -
figure "c submit -> running p99" ms "$(echo "$real" | val p99)" "$(echo "$ours" | val p99)" "ours <= 25"
note "trials: real $C_REAL, ours $C_OURS (after $C_WARM)"
