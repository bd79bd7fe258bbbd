# TITLE: squeue of D_JOBS jobs, the RPC alone (the bound is for 50000)
: "${D_JOBS:=10000}" "${D_CALLS:=20}" "${D_WARM:=20}"
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
  out=$(raw "$side" jobs -n "$D_CALLS")
  cpu_per "$D_CALLS"
  p50[$side]+=" $(echo "$out" | tail -1 | val p50)" cpu[$side]+=" $CPU_OWN"
  bytes[$side]=$(echo "$out" | val reply_bytes)
done; done
for side in "$R" "$O"; do grown[$side]=$((($(rss_kib "$(pid_of "$side")") - before[$side]) / 1024)); done
figure "d squeue RPC p50, $D_JOBS jobs" ms "${p50[$R]}" "${p50[$O]}" -
figure "d controller CPU, $D_JOBS jobs" ms "${cpu[$R]}" "${cpu[$O]}" "ours/real <= 0.25"
figure "d resident growth" MiB "${grown[$R]}" "${grown[$O]}" "ours <= 64"
note "bytes per reply: real ${bytes[$R]}, ours ${bytes[$O]}"
