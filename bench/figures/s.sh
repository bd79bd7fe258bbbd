# TITLE: srun: S_STEPS parallel steps of one job; hostname on 1 and 10 nodes, warm; real 22.05.8 srun on both sides
# LIMIT: 420
# Warm: S_WARM seconds of sruns on either side at once, on one node and on ten, two and one at a time. Then REPS blocks of
# S_SECONDS on either side, one srun after another: 60 s in all for each number of nodes. The controller's share is twofold: the
# time of the RPCs that srun waits for, as sdiag of either side counts it (from the authenticated request to the answer), and
# CPU of the whole controller, JIT threads apart, over all blocks.
: "${S_WARM:=30}" "${S_SECONDS:=20}" "${S_STEPS:=200}"
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
diag() { SLURM_CONF=$1/slurm.conf sdiag "${@:2}"; }
# rpcs DIR   lines "number name count total-us" since diag -r
rpcs() { diag "$1" | sed -n '/by message type/,/by user/s/^[[:space:]]*\([A-Z_]*\) *( *\([0-9]*\)) *count:\([0-9]*\) *ave_time:[0-9]* *total_time:\([0-9]*\).*/\2 \1 \3 \4/p'; }
# 4001 allocation, 4019 job ready, 5001 step create, 5017 end of the allocation: what srun itself asks and waits for
WAITED='4001|4019|5001|5017'
declare -A rate=()
for i in $(seq "$REPS"); do for side in "$R" "$O"; do rate[$side]+="$(steps "$side") "; done; done
figure "s $S_STEPS parallel steps of a job" steps/s "${rate[$R]}" "${rate[$O]}" "ours/real >= 1"
# for_seconds SECONDS DIR NODES   sruns one after another -> ms of each
for_seconds() {
  local until=$(($(now_ms) + $1 * 1000))
  while [ "$(now_ms)" -lt "$until" ]; do one "$2" "$3"; echo; done
}
warming=()
for side in "$R" "$O"; do for n in 1 1 10; do for_seconds "$S_WARM" "$side" $n >/dev/null & warming+=($!); done; done
wait "${warming[@]}"
for n in 1 10; do
  declare -A ms=() cpu=() jit=() share=() list=()
  for i in $(seq "$REPS"); do for side in "$R" "$O"; do
    diag "$side" -r >/dev/null
    cpu_start "$(pid_of "$side")"
    took=$(for_seconds "$S_SECONDS" "$side" $n)
    sruns=$(echo "$took" | wc -l)
    cpu_per "$sruns"
    ms[$side]+="$(echo $took) "
    cpu[$side]+="$CPU_OWN " jit[$side]+="$CPU_JIT "
    list[$side]=$(rpcs "$side")
    share[$side]+="$(echo "${list[$side]}" | awk -v n="$sruns" -v w="^($WAITED)\$" '$1 ~ w {t += $4} END {printf "%.3f", t / n / 1000}') "
  done; done
  name="$n node$([ $n = 1 ] || echo s)"
  figure "s srun hostname, $name" ms "${ms[$R]}" "${ms[$O]}" "ours/real <= 1"
  figure "s RPCs srun waits for, $name" ms "${share[$R]}" "${share[$O]}" "ours/real <= 1"
  figure "s controller's CPU per srun, $name" ms "${cpu[$R]}" "${cpu[$O]}" "ours/real <= 1"
  note "JIT threads of ours, apart: $(median ${jit[$O]}) ms per srun; RPCs of the last block by sdiag, count and mean time:"
  for side in "$R" "$O"; do
    note "$(basename "$side"): $(echo "${list[$side]}" | awk '$1 != 2035 {printf "%s%s %d of %d us", s, $2, $3, $4 / $3; s = ", "}')"
  done
done
unpair
