# TITLE: 10,000 nodes and 100,000 pending jobs beside 1,000 and 10,000: a, c with simulated agents on every node, the planner's pass
# LIMIT: 330
: "${SCALE:=1000:10000 10000:100000}" "${SCALE_TRIALS:=300}" "${SCALE_CALLS:=20000}"
# MaxJobCount is raised: the jobs of the warm-up stay.
export PEER_DROP='^MaxJobCount' PEER_EXTRA=$INTEROP/many-jobs.conf
echo MaxJobCount=3000000 >"$PEER_EXTRA"
declare -A a=() c50=() c99=()
for at in $SCALE; do
  nodes=${at%:*} jobs=${at#*:}
  CLUSTER_NODES=$nodes ours_alone 24.11 slurm
  fake_agents "$O" "$nodes" 0
  raw "$O" submit -n 100000000 -T 15 -k 64 -A 1-2 >/dev/null # warm, as few records
  raw "$O" submit -n "$jobs" -k 64 >/dev/null
  raw "$O" latency -n "$SCALE_TRIALS" >/dev/null
  for i in $(seq "$REPS"); do
    cpu_start "$(pid_of "$O")"
    raw "$O" submit -n "$SCALE_CALLS" -k 8 >/dev/null
    cpu_per "$SCALE_CALLS"
    a[$at]+=" $CPU_OWN"
    out=$(raw "$O" latency -n "$SCALE_TRIALS" | grep seen_running)
    c50[$at]+=" $(echo "$out" | val p50)" c99[$at]+=" $(echo "$out" | val p99)"
  done
  unpair
done
set -- $SCALE
note "below, \"real\" is ours at $1 and \"ours\" is ours at $2 (nodes:pending)"
figure "scale a, CPU of a submission" ms "${a[$1]}" "${a[$2]}" "ours/real <= 3"
figure "scale c, p50" ms "${c50[$1]}" "${c50[$2]}" "ours/real <= 3"
figure "scale c, p99" ms "${c99[$1]}" "${c99[$2]}" -
"$TOP/bench/planner.sh" >"$INTEROP/planner.out" 2>&1 || note "planner.sh: status $?"
while IFS= read -r line; do say "$line"; done <"$INTEROP/planner.out"
# of the four kinds of pass the one that grows most
worst=$(sed -n 's/^ratios: //p' "$INTEROP/planner.out" | tr -d ',' | tr ' ' '\n' | sort -g | tail -1)
figure "scale planner pass, ratio" times "" "$worst" "ours <= 3"
