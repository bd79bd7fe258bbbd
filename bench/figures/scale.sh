# TITLE: 10,000 nodes and 100,000 pending jobs beside 1,000 and 10,000: a, c with simulated agents on every node, the planner's pass
# LIMIT: 330
# On each of the two: SCALE_WARM seconds of jobs that run and end, then the pending (held) jobs, then REPS times SCALE_CALLS held
# submissions with 8 in flight and SCALE_TRIALS jobs that start, one at a time.
: "${SCALE:=1000:10000 10000:100000}" "${SCALE_WARM:=8}" "${SCALE_TRIALS:=150}" "${SCALE_CALLS:=5000}"
# MaxJobCount and MinJobAge: what is over is soon forgotten, nothing is refused
export PEER_DROP='^(MaxJobCount|MinJobAge)' PEER_EXTRA=$INTEROP/many-jobs.conf
printf 'MaxJobCount=3000000\nMinJobAge=2\n' >"$PEER_EXTRA"
declare -A a=() c50=() c99=()
for at in $SCALE; do
  nodes=${at%:*} jobs=${at#*:}
  began=$SECONDS
  CLUSTER_NODES=$nodes ours_alone 24.11 slurm
  fake_agents "$O" "$nodes" 0
  connected=$((SECONDS - began))
  raw "$O" submit -R -n 100000000 -T "$SCALE_WARM" -k 16 >/dev/null
  [ "$(raw "$O" submit -n "$jobs" -k 64 | val ok)" = "$jobs" ] || note "$at: not all pending jobs were taken"
  raw "$O" latency -n $((SCALE_TRIALS / 3)) >/dev/null
  for i in $(seq "$REPS"); do
    cpu_start "$(pid_of "$O")"
    ok=$(raw "$O" submit -n "$SCALE_CALLS" -k 8 | val ok)
    cpu_per "$SCALE_CALLS"
    if [ "$ok" = "$SCALE_CALLS" ]; then a[$at]+=" $CPU_OWN"; else note "$at: only ${ok:-none} of $SCALE_CALLS submissions were taken"; fi
    out=$(raw "$O" latency -n "$SCALE_TRIALS" | grep seen_running)
    c50[$at]+=" $(echo "$out" | val p50)" c99[$at]+=" $(echo "$out" | val p99)"
  done
  note "$at: $connected s until all agents were connected, $((SECONDS - began)) s for all"
  unpair
done
set -- $SCALE
note "below, \"real\" is ours at $1 and \"ours\" is ours at $2 (nodes:pending)"
figure "scale a, CPU of a submission" ms "${a[$1]}" "${a[$2]}" "ours/real <= 3"
figure "scale c, p50" ms "${c50[$1]}" "${c50[$2]}" "ours/real <= 3"
figure "scale c, p99" ms "${c99[$1]}" "${c99[$2]}" "ours/real <= 3"
"$TOP/bench/planner.sh" >"$INTEROP/planner.out" 2>&1 || note "planner.sh: status $?"
while IFS= read -r line; do say "$line"; done <"$INTEROP/planner.out"
# of the four kinds of pass the one that grows most
worst=$(sed -n 's/^ratios: //p' "$INTEROP/planner.out" | tr -d ',' | tr ' ' '\n' | sort -g | tail -1)
figure "scale planner pass, ratio" times "" "$worst" "ours <= 3"
