# TITLE: jobs through start and completion: the same simulated slurmds on both sides (22.05.8, munge, tuned slurm.conf)
# LIMIT: 240
# B1_N jobs at a time by 4 libslurm processes, first submission to last completion; so many times a run, which makes about 20 s
# on either side (B1_REAL, B1_OURS); B1_WARM times before the clock on ours. CPU per job is that of a whole run.
: "${B1_N:=2000}" "${B1_REAL:=2}" "${B1_OURS:=6}" "${B1_WARM:=9}" "${B1_NODES:=50}" "${B1_MS:=0}"
export PEER_TUNED=1
CLUSTER_NODES=$B1_NODES FAKE=1 pair 22.05 munge 0
through() { # DIR N   N jobs, until none is left
  SLURM_CONF=$1/slurm.conf timeout 60 "$LOAD" submit -n "$2" -p 4 && SLURM_CONF=$1/slurm.conf timeout 60 "$LOAD" wait -i 250
}
through "$R" "$B1_N" >/dev/null
cold=$(now_ms); through "$O" "$B1_N" >/dev/null; cold=$(($(now_ms) - cold))
for i in $(seq 2 "$B1_WARM"); do through "$O" "$B1_N" >/dev/null; done
declare -A rate=() cpu=() jit=() own=()
for i in $(seq "$REPS"); do for side in "$R" "$O"; do
  sleep 4 # MinJobAge=2: what is over is purged before the next run
  cpu_start "$(pid_of "$side")"
  fake=$(cpu_all "$(cat "$side/run/slurmd-fake.pid")")
  times=$B1_OURS
  [ "$side" = "$O" ] || times=$B1_REAL
  n=$((B1_N * times))
  t=$(now_ms)
  for j in $(seq "$times"); do through "$side" "$B1_N" >/dev/null || note "$(basename "$side"): not all jobs went through"; done
  t=$(($(now_ms) - t))
  cpu_per "$n"
  rate[$side]+=" $(awk -v n="$n" -v t="$t" 'BEGIN{printf "%.1f", n * 1000 / t}')" cpu[$side]+=" $CPU_OWN" jit[$side]+=" $CPU_JIT"
  own[$side]+=" $(awk -v a="$fake" -v b="$(cpu_all "$(cat "$side/run/slurmd-fake.pid")")" -v n="$n" 'BEGIN{printf "%.3f", (b - a) / n}')"
done; done
figure "b1 jobs through" /s "${rate[$R]}" "${rate[$O]}" "ours/real >= 2"
figure "b1 controller CPU per job" ms "${cpu[$R]}" "${cpu[$O]}" "ours/real <= 0.25"
note "ours cold, first $B1_N: $((B1_N * 1000 / cold))/s; JIT threads apart: $(median ${jit[$O]}) ms per job; the fake slurmds themselves: $(median ${own[$R]}) and $(median ${own[$O]}) ms"
mkdir -p "$INTEROP/kept"
median ${rate[$R]} >"$INTEROP/kept/b1-real"
unset PEER_TUNED
