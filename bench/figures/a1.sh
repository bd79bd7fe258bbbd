# TITLE: held submissions through libslurm and munge (22.05.8)
: "${A1_N:=2000}" "${A1_WARM:=30}" "${A1_PROCS:=1 4}"
pair 22.05 munge 0
for side in "$R" "$O"; do
  cold=$(SLURM_CONF=$side/slurm.conf timeout 120 "$LOAD" submit -H -n 5000 -p 4 | val rate)
  SLURM_CONF=$side/slurm.conf "$LOAD" submit -H -n 10000000 -T "$A1_WARM" -p 4 >/dev/null
  if [ "$side" = "$R" ]; then real=$cold; else ours=$cold; fi
done
figure "a1 cold first 5000, 4 processes" /s "$real" "$ours" -
for procs in $A1_PROCS; do
  declare -A rate=() cpu=()
  for i in $(seq "$REPS"); do for side in "$R" "$O"; do
    cpu_start "$(pid_of "$side")"
    out=$(SLURM_CONF=$side/slurm.conf timeout 120 "$LOAD" submit -H -n "$A1_N" -p "$procs")
    cpu_per "$A1_N"
    rate[$side]+=" $(echo "$out" | val rate)" cpu[$side]+=" $CPU_OWN"
    [ "$(echo "$out" | val failed)" = 0 ] || note "$(basename "$side"): $(echo "$out" | head -1)"
  done; done
  figure "a1 submissions, $procs processes" /s "${rate[$R]}" "${rate[$O]}" "ours/real >= 1"
  figure "a1 controller CPU, $procs processes" ms "${cpu[$R]}" "${cpu[$O]}" "ours/real <= 0.5"
done
