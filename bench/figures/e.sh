# TITLE: kill -9 -> first answered ping and the first whole squeue, with E_JOBS jobs
# LIMIT: 240
: "${E_JOBS:=50000}"
pair 24.11 slurm 0
for side in "$R" "$O"; do raw "$side" submit -n "$E_JOBS" -k 8 >/dev/null; done
# slurmctld saves its state some seconds later; it is given that time
sleep "${E_SETTLE:-8}"
declare -A ping=() one=() submit=() list=() records=()
for i in $(seq "$REPS"); do for side in "$R" "$O"; do
  kill9 "$side"
  t=$(now_ms)
  again "$side"
  raw "$side" pingwait -T 60 >/dev/null
  ping[$side]+=" $(($(now_ms) - t))"
  echo 1 >"$INTEROP/one" # REQUEST_JOB_STATE, as squeue asks for single jobs (here of all)
  for try in $(seq 400); do raw "$side" check "$INTEROP/one" >/dev/null 2>&1 && break; sleep .02; done
  one[$side]+=" $(($(now_ms) - t))"
  for try in $(seq 400); do [ "$(raw "$side" submit -n 1 2>/dev/null | val ok)" = 1 ] && break; sleep .02; done
  submit[$side]+=" $(($(now_ms) - t))"
  for try in $(seq 200); do
    records[$side]=$(raw "$side" jobs -n 1 2>/dev/null | val records)
    [ "${records[$side]:-0}" -ge "$E_JOBS" ] && break
    sleep .02
  done
  list[$side]+=" $(($(now_ms) - t))"
  sleep 2
done; done
figure "e to ping, $E_JOBS jobs" ms "${ping[$R]}" "${ping[$O]}" "ours <= 2500"
figure "e to states of all jobs, $E_JOBS jobs" ms "${one[$R]}" "${one[$O]}" "ours <= 2500"
figure "e to a submission, $E_JOBS jobs" ms "${submit[$R]}" "${submit[$O]}" "ours <= 2500"
figure "e to full squeue, $E_JOBS jobs" ms "${list[$R]}" "${list[$O]}" "ours <= 4000"
note "jobs listed after: real ${records[$R]}, ours ${records[$O]}"
