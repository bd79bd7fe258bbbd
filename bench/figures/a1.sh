# TITLE: held submissions through libslurm and munge (22.05.8)
# LIMIT: 330
# 5,000 first calls, A1_WARM seconds of more before the clock (real: a third), then A1_SECONDS a run
: "${A1_SECONDS:=20}" "${A1_WARM:=30}" "${A1_PROCS:=4 1}"
export PEER_DROP='^MaxJobCount' PEER_EXTRA=$INTEROP/many-jobs.conf
echo MaxJobCount=3000000 >"$PEER_EXTRA"
pair 22.05 munge 0
held() { SLURM_CONF=$1/slurm.conf timeout 120 "$LOAD" submit -H -n 1000000 "${@:2}"; }
for side in "$R" "$O"; do
  cold=$(SLURM_CONF=$side/slurm.conf timeout 120 "$LOAD" submit -H -n 5000 -p 4 | val rate)
  if [ "$side" = "$R" ]; then real=$cold warm=$((A1_WARM / 3)); else ours=$cold warm=$A1_WARM; fi
  held "$side" -T "$warm" -p 4 >/dev/null
done
figure "a1 cold first 5000, 4 processes" /s "$real" "$ours" -
for procs in $A1_PROCS; do
  declare -A rate=() cpu=() jit=()
  for i in $(seq "$REPS"); do for side in "$R" "$O"; do
    cpu_start "$(pid_of "$side")"
    out=$(held "$side" -T "$A1_SECONDS" -p "$procs")
    cpu_per "$(echo "$out" | val ok)"
    rate[$side]+=" $(echo "$out" | val rate)" cpu[$side]+=" $CPU_OWN" jit[$side]+=" $CPU_JIT"
    [ "$(echo "$out" | val failed)" = 0 ] || note "$(basename "$side"): $(echo "$out" | head -1)"
  done; done
  figure "a1 submissions, $procs processes" /s "${rate[$R]}" "${rate[$O]}" "ours/real >= 1"
  figure "a1 controller CPU, $procs processes" ms "${cpu[$R]}" "${cpu[$O]}" "ours/real <= 0.5"
  note "JIT threads of ours, apart: $(median ${jit[$O]}) ms per submission"
done
