# TITLE: the engine itself: held submissions by raw frames with auth/slurm tokens (24.11), one connection each
# A2_N submissions a run, A2_COLD first calls, A2_WARM seconds of more before the clock starts on either side
: "${A2_N:=5000}" "${A2_COLD:=5000}" "${A2_WARM:=30}" "${A2_INFLIGHT:=64 8}"
pair 24.11 slurm 0
for side in "$R" "$O"; do
  cold=$(raw "$side" submit -n "$A2_COLD" -k 64 | val rate)
  raw "$side" submit -n 10000000 -T "$A2_WARM" -k 64 >/dev/null
  if [ "$side" = "$R" ]; then real=$cold; else ours=$cold; fi
done
figure "a2 cold first $A2_COLD, 64 in flight" /s "$real" "$ours" -
for k in $A2_INFLIGHT; do
  declare -A rate=() cpu=() jit=() p99=()
  for i in $(seq "$REPS"); do for side in "$R" "$O"; do
    cpu_start "$(pid_of "$side")"
    out=$(raw "$side" submit -n "$A2_N" -k "$k")
    cpu_per "$A2_N"
    [ "$(echo "$out" | val failed)" = 0 ] || note "$(basename "$side"): $(echo "$out" | head -1)"
    rate[$side]+=" $(echo "$out" | val rate)" cpu[$side]+=" $CPU_OWN" jit[$side]+=" $CPU_JIT"
    p99[$side]+=" $(echo "$out" | tail -1 | val p99)"
  done; done
  # the bounds are for 64 connections
  if [ "$k" = 64 ]; then faster="ours/real >= 5" cheaper="ours/real <= 0.2"; else faster=- cheaper=-; fi
  figure "a2 submissions, $k in flight" /s "${rate[$R]}" "${rate[$O]}" "$faster"
  figure "a2 controller CPU, $k in flight" ms "${cpu[$R]}" "${cpu[$O]}" "$cheaper"
  figure "a2 p99 latency, $k in flight" ms "${p99[$R]}" "${p99[$O]}" -
  note "JIT threads of ours, apart: $(median ${jit[$O]}) ms per submission"
done
