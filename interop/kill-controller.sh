#!/bin/bash
# kill-controller.sh [ROUNDS=3] [JOBS=1000]
#
# Nothing lost, nothing twice: JOBS real sbatch from 4 processes while our controller is killed
# with SIGKILL at a random moment and started again. Afterwards every acknowledged id is known,
# each of its jobs ran exactly once, and no id was given twice. Prints the seed of its moments.
. "$(dirname "$0")/lib.sh"
ROUNDS=${1:-3} JOBS=${2:-1000}
[ "$(id -u)" = 0 ] || { skip "kill-controller: needs root"; finish; exit; }
need_slurm2205 || { skip "kill-controller: Slurm's clients cannot be installed here"; finish; exit; }
RANDOM=${SEED:-$$}; echo "seed ${SEED:-$$}"
D=$INTEROP/ours-killctld; stop_ours "$D" 2>/dev/null
trap 'stop_ours "$D"' EXIT
echo "MinJobAge=3600" >"$INTEROP/killctld.conf"
export PEER_CPUS=32 PEER_MEM=64000 PEER_EXTRA=$INTEROP/killctld.conf
write_conf 22.05 munge "$D" 26400 1 2 || die "no configuration"
ours "$D" 2 || { fail "ours did not come up"; finish; exit 1; }
export SLURM_CONF=$D/slurm.conf
mkdir -p "$D/ran" "$D/ack"; chmod 777 "$D/ran"
printf '#!/bin/bash\necho "$SLURM_JOB_ID" >>%s/ran/$SLURM_JOB_ID\n' "$D" >"$D/job.sh"
burst() { # ROUND PROCESS COUNT
  local i out
  for i in $(seq "$3"); do
    out=$(sbatch --parsable -o /dev/null "$D/job.sh" 2>>"$D/log/sbatch.err") && echo "$out" >>"$D/ack/$1.$2"
  done
}
for round in $(seq "$ROUNDS"); do
  bursts=()
  for p in 1 2 3 4; do burst "$round" "$p" $((JOBS / 4)) & bursts+=($!); done
  moment=$((RANDOM % (JOBS * 6) + 300))
  sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
  kill -9 "$(cat "$D/run/ours-ctld.pid")"; ours_ctld "$D" || { fail "round $round: no restart after kill -9 at $moment ms"; break; }
  wait "${bursts[@]}"
  echo "round $round: killed at $moment ms, acknowledged so far $(cat "$D"/ack/* | wc -l)"
done
done_all() { [ -z "$(squeue -h -o %i | head -1)" ]; }
wait_for 300 "all jobs to end" done_all || fail "jobs still queued: $(squeue -h | wc -l)"
cat "$D"/ack/* | sort -n >"$D/acked"
ls "$D/ran" | sort -n >"$D/ran.ids"
n=$(wc -l <"$D/acked")
dup=$(uniq -d "$D/acked" | wc -l)
squeue -h -t all -o %i | sort -n | uniq >"$D/known"
lost=$(comm -23 <(sort "$D/acked") <(sort "$D/known") | wc -l)
never=$(comm -23 <(sort "$D/acked") <(sort "$D/ran.ids") | wc -l)
twice=$(wc -l "$D"/ran/* | awk '$2 != "total" && $1 > 1' | wc -l)
[ "$n" -gt 0 ] && pass "$n acknowledged" || fail "nothing was acknowledged"
[ "$dup" = 0 ] && pass "no id twice" || fail "$dup ids given twice"
[ "$lost" = 0 ] && pass "none lost" || fail "$lost acknowledged jobs unknown to the controller"
[ "$never" = 0 ] && pass "all ran" || fail "$never acknowledged jobs never ran: $(comm -23 <(sort "$D/acked") <(sort "$D/ran.ids") | head -5 | tr '\n' ' ')"
[ "$twice" = 0 ] && pass "none ran twice" || fail "$twice jobs ran more than once"
echo "kill-controller: $ROUNDS rounds, $n acknowledged, $lost lost, $never never ran, $twice ran twice, $dup ids reused"
finish
