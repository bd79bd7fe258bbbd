# TITLE: srun: S_STEPS parallel steps of one job, hostname on 1 and 10 nodes (S_TRIALS); real 22.05.8 srun on both sides
# LIMIT: 300
: "${S_TRIALS:=15}" "${S_STEPS:=200}"
unpair
R=$INTEROP/real O=$INTEROP/ours REL=22.05 CLUSTER_NODES=10
export PEER_CPUS=256 PEER_MEM=64000
PEER_SLURMD=10 write_real 22.05 munge || die "the real slurmctld did not start"
write_conf 22.05 munge "$O" $((BASE_PORT + 20)) 1 10 || die "no slurm.conf for ours"
ours_ctld "$O" || die "our controller did not start"
for i in $(seq 10); do ours_agent "$O" "n$i"; done
disown -a
wait_for 120 "our nodes" ours_idle "$O" 10 || die "our nodes are not idle"
one() { # DIR NODES -> ms
  local t0; t0=$(date +%s%N)
  [ "$(SLURM_CONF=$1/slurm.conf timeout 60 srun -Q -N"$2" hostname | wc -l)" = "$2" ] || echo "bad output" >&2
  echo $((($(date +%s%N) - t0) / 1000)) | awk '{printf "%.1f", $1 / 1000}'
}
steps() { # DIR -> steps/s
  local d=$1 j t0 i
  j=$(SLURM_CONF=$d/slurm.conf salloc -w n1 -N1 -n"$S_STEPS" --no-shell 2>&1 | sed -n 's/.*Granted job allocation //p')
  t0=$(date +%s%N)
  for i in $(seq "$S_STEPS"); do SLURM_CONF=$d/slurm.conf timeout 120 srun -Q --jobid="$j" -N1 -n1 --exact true & done
  wait
  awk -v n="$S_STEPS" -v t=$((($(date +%s%N) - t0) / 1000000)) 'BEGIN{printf "%.1f", n * 1000 / t}'
  SLURM_CONF=$d/slurm.conf scancel "$j"
}
# also what warms both sides up for the rest
declare -A rate=()
for i in $(seq "$REPS"); do for side in "$R" "$O"; do rate[$side]+="$(steps "$side") "; done; done
figure "s $S_STEPS parallel steps of a job" steps/s "${rate[$R]}" "${rate[$O]}" "ours/real >= 1"
for n in 1 10; do
  declare -A ms=() cpu=()
  for i in $(seq 3); do one "$R" $n >/dev/null; one "$O" $n >/dev/null; done
  for i in $(seq "$S_TRIALS"); do for side in "$R" "$O"; do
    cpu_start "$(pid_of "$side")"
    ms[$side]+="$(one "$side" $n) "
    cpu_per 1; cpu[$side]+="$CPU_OWN "
  done; done
  figure "s srun hostname, $n node$([ $n = 1 ] || echo s)" ms "${ms[$R]}" "${ms[$O]}" "ours/real <= 1"
  # clock ticks are 10 ms: only the mean says something
  mean() { printf '%s\n' $1 | awk '{ s += $1 } END { printf "%.2f", s / NR }'; }
  figure "s controller's CPU per srun, $n" ms "$(mean "${cpu[$R]}")" "$(mean "${cpu[$O]}")" "ours/real <= 1"
done
unpair
