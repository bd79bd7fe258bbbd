# TITLE: growth of a, c and d with the number of pending (held) jobs; the real one to GROWTH_REAL (24.11)
# LIMIT: 420
: "${GROWTH_JOBS:=1000 10000 100000 1000000}" "${GROWTH_REAL:=10000}" "${GROWTH_CALLS:=3000}" "${GROWTH_TRIALS:=30}" "${GROWTH_SECONDS:=5}"
export PEER_DROP='^MaxJobCount' PEER_EXTRA=$INTEROP/many-jobs.conf RUN_LIMIT=300
echo MaxJobCount=3000000 >"$PEER_EXTRA"
pair 24.11 slurm 1
raw "$O" submit -n 1000000 -T 10 -k 64 >/dev/null # warm; cancelled by starting over
raw "$O" latency -n "$GROWTH_TRIALS" >/dev/null
raw "$O" jobs -n 20 >/dev/null
kill9 "$O"
rm -rf "$O/state"/*
ours_ctld "$O" || die "ours did not start again"
disown -a
wait_for 60 "our node" ours_idle "$O" 1
raw "$O" submit -n 1000 -k 8 >/dev/null
raw "$O" latency -n "$GROWTH_TRIALS" >/dev/null
have=1000 real_have=0
for jobs in $GROWTH_JOBS; do
  declare -A a=() c=() d=() wall=() rss=()
  for side in "$R" "$O"; do
    if [ "$side" = "$R" ]; then
      [ "$jobs" -le "$GROWTH_REAL" ] || { a[$R]= c[$R]= d[$R]= wall[$R]= rss[$R]=; continue; }
      [ "$jobs" -le "$real_have" ] || raw "$R" submit -n $((jobs - real_have)) -k 8 >/dev/null
      trials=3
    else
      [ "$jobs" -le "$have" ] || raw "$O" submit -n $((jobs - have)) -k 64 >/dev/null
      trials=$GROWTH_TRIALS
    fi
    sleep 3
    c[$side]=$(raw "$side" latency -n "$trials" | grep seen_running | val p50)
    raw "$side" jobs -n 2 >/dev/null
    cpu_start "$(pid_of "$side")"
    out=$(raw "$side" jobs -n 100000 -T "$GROWTH_SECONDS")
    cpu_per "$(echo "$out" | val ok)"
    d[$side]=$CPU_OWN wall[$side]=$(echo "$out" | tail -1 | val p50)
    cpu_start "$(pid_of "$side")"
    raw "$side" submit -n "$GROWTH_CALLS" -k 8 >/dev/null
    cpu_per "$GROWTH_CALLS"
    a[$side]=$CPU_OWN rss[$side]=$(($(rss_kib "$(pid_of "$side")") / 1024))
  done
  [ "$jobs" -gt "$GROWTH_REAL" ] || real_have=$((jobs + GROWTH_CALLS))
  have=$((jobs + GROWTH_CALLS))
  figure "growth $jobs: a, CPU" ms "${a[$R]}" "${a[$O]}" -
  figure "growth $jobs: c, p50" ms "${c[$R]}" "${c[$O]}" -
  figure "growth $jobs: d, CPU" ms "${d[$R]}" "${d[$O]}" -
  figure "growth $jobs: d, p50" ms "${wall[$R]}" "${wall[$O]}" -
  bound=-
  [ "$jobs" -lt 1000000 ] || bound="ours <= 4096"
  figure "growth $jobs: resident" MiB "${rss[$R]}" "${rss[$O]}" "$bound"
done
