# TITLE: squeue of D_JOBS jobs, the RPC alone, and beside paced submissions (24.11)
# LIMIT: 480
# D_WARM calls before the clock, then D_CPU_SECONDS of them a run
: "${D_JOBS:=50000}" "${D_WARM:=40}" "${D_CPU_SECONDS:=20}"
pair 24.11 slurm 0
declare -A p50=() cpu=() before=() grown=() bytes=()
for side in "$R" "$O"; do
  raw "$side" submit -n "$D_JOBS" -k 8 >/dev/null
done
sleep 6
for side in "$R" "$O"; do
  before[$side]=$(rss_kib "$(pid_of "$side")")
  raw "$side" jobs -n "$D_WARM" >/dev/null
done
for i in $(seq "$REPS"); do for side in "$R" "$O"; do
  cpu_start "$(pid_of "$side")"
  out=$(raw "$side" jobs -n 1000000 -T "$D_CPU_SECONDS")
  cpu_per "$(echo "$out" | val ok)"
  p50[$side]+=" $(echo "$out" | tail -1 | val p50)" cpu[$side]+=" $CPU_OWN"
  bytes[$side]=$(echo "$out" | val reply_bytes)
done; done
for side in "$R" "$O"; do grown[$side]=$((($(rss_kib "$(pid_of "$side")") - before[$side]) / 1024)); done
figure "d squeue RPC p50, $D_JOBS jobs" ms "${p50[$R]}" "${p50[$O]}" -
figure "d controller CPU, $D_JOBS jobs" ms "${cpu[$R]}" "${cpu[$O]}" "ours/real <= 0.25"
figure "d resident growth" MiB "${grown[$R]}" "${grown[$O]}" "ours <= 64"
note "bytes per reply: real ${bytes[$R]}, ours ${bytes[$O]}"

# squeue beside paced submissions, submissions beside squeues; the real one once (D_REAL), its answers take half a second each
: "${D_SECONDS:=10}" "${D_RATE:=300}" "${D_REAL:=1}"
declare -A idle=() beside=() alone=() among=() rate=()
last() { tail -1 | val "$1"; }
for i in $(seq "$REPS"); do for side in "$R" "$O"; do
  [ "$side" = "$O" ] || [ "$i" -le "$D_REAL" ] || continue
  idle[$side]+=" $(raw "$side" jobs -P 4 -n $((4 * D_SECONDS)) -k 4 | last p99)"
  alone[$side]+=" $(raw "$side" submit -P "$D_RATE" -n $((D_RATE * D_SECONDS)) -k 64 | last p99)"
  # a little longer than what is measured beside it
  raw "$side" submit -P "$D_RATE" -n $((D_RATE * (D_SECONDS + 3))) -k 64 >"$side/paced.out" &
  paced=$!
  sleep 1
  beside[$side]+=" $(raw "$side" jobs -P 4 -n $((4 * D_SECONDS)) -k 4 | last p99)"
  wait "$paced"
  raw "$side" jobs -P 2 -n $((2 * (D_SECONDS + 3))) -k 4 >"$side/paced.out" &
  paced=$!
  sleep 1
  out=$(raw "$side" submit -P "$D_RATE" -n $((D_RATE * D_SECONDS)) -k 64)
  among[$side]+=" $(echo "$out" | last p99)" rate[$side]+=" $(echo "$out" | head -1 | val rate)"
  wait "$paced"
done; done
ratio() { paste -d' ' <(printf '%s\n' $1) <(printf '%s\n' $2) | awk '$1 > 0 {printf " %.2f", $2 / $1}'; }
figure "d squeue p99, idle" ms "${idle[$R]}" "${idle[$O]}" -
figure "d squeue p99, $D_RATE submissions/s" ms "${beside[$R]}" "${beside[$O]}" -
figure "d   times idle" times "$(ratio "${idle[$R]}" "${beside[$R]}")" "$(ratio "${idle[$O]}" "${beside[$O]}")" "ours <= 2"
figure "d submission p99, idle" ms "${alone[$R]}" "${alone[$O]}" -
figure "d submission p99, 2 squeues/s" ms "${among[$R]}" "${among[$O]}" -
figure "d   times idle" times "$(ratio "${alone[$R]}" "${among[$R]}")" "$(ratio "${alone[$O]}" "${among[$O]}")" "ours <= 2"
figure "d submissions kept, 2 squeues/s" /s "${rate[$R]}" "${rate[$O]}" "ours >= $((D_RATE * 99 / 100))"
