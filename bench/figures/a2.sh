# TITLE: the engine itself: held submissions by raw frames with auth/slurm tokens, one connection each
# LIMIT: 420
# A2_RELEASES; A2_COLD first calls, A2_WARM seconds of more before the clock (real: a third), then A2_SECONDS a run with 64
# connections in flight (26.05: a quarter of that), and 24.11 once more with 8. MaxJobCount is raised: the jobs of all runs stay.
: "${A2_RELEASES:=24.11 26.05}" "${A2_COLD:=5000}" "${A2_WARM:=30}" "${A2_SECONDS:=20}" "${A2_INFLIGHT:=64 8}"
export PEER_DROP='^MaxJobCount' PEER_EXTRA=$INTEROP/many-jobs.conf
echo MaxJobCount=3000000 >"$PEER_EXTRA"
for release in $A2_RELEASES; do
  case $release in
    24.11) RAW_V=42 times=5 long=$A2_SECONDS inflight=$A2_INFLIGHT ;;
    *) RAW_V=45 times=3 long=$((A2_SECONDS / 4)) inflight=64 ;;
  esac
  pair "$release" slurm 0
  real=$(raw "$R" submit -n "$A2_COLD" -k 64 | val rate)
  raw "$R" submit -n 10000000 -T $((A2_WARM / 3)) -k 64 >/dev/null
  ours=$(raw "$O" submit -n "$A2_COLD" -k 64 | val rate)
  raw "$O" submit -n 10000000 -T "$A2_WARM" -k 64 >/dev/null
  figure "a2 $release cold first $A2_COLD, 64 in flight" /s "$real" "$ours" -
  for k in $inflight; do
    # the bounds are for 64 connections
    faster=- cheaper=- seconds=$((A2_SECONDS / 4))
    [ "$k" != 64 ] || { faster="ours/real >= $times" seconds=$long; [ "$release" != 24.11 ] || cheaper="ours/real <= 0.2"; }
    declare -A rate=() cpu=() jit=() p99=()
    for i in $(seq "$REPS"); do for side in "$R" "$O"; do
      cpu_start "$(pid_of "$side")"
      out=$(raw "$side" submit -n 10000000 -T "$seconds" -k "$k")
      cpu_per "$(echo "$out" | val ok)"
      [ "$(echo "$out" | val failed)" = 0 ] || note "$(basename "$side"): $(echo "$out" | head -1)"
      rate[$side]+=" $(echo "$out" | val rate)" cpu[$side]+=" $CPU_OWN" jit[$side]+=" $CPU_JIT"
      p99[$side]+=" $(echo "$out" | tail -1 | val p99)"
    done; done
    figure "a2 $release submissions, $k in flight" /s "${rate[$R]}" "${rate[$O]}" "$faster"
    figure "a2 $release controller CPU, $k in flight" ms "${cpu[$R]}" "${cpu[$O]}" "$cheaper"
    figure "a2 $release p99 latency, $k in flight" ms "${p99[$R]}" "${p99[$O]}" -
    note "JIT threads of ours, apart: $(median ${jit[$O]}) ms per submission"
  done
done
