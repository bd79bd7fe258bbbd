#!/bin/bash
# kill-agent.sh [ROUNDS=3] [JOBS=20]
#
# The node agent is killed with SIGKILL at a random moment while its jobs run, and started again:
# the jobs go on and end with their true exit code.
. "$(dirname "$0")/lib.sh"
ROUNDS=${1:-3} JOBS=${2:-20}
[ "$(id -u)" = 0 ] || { skip "kill-agent: needs root"; finish; exit; }
need_slurm2205 || { skip "kill-agent: Slurm's clients cannot be installed here"; finish; exit; }
RANDOM=${SEED:-$$}; echo "seed ${SEED:-$$}"
D=$INTEROP/ours-killagent; stop_ours "$D" 2>/dev/null
trap 'stop_ours "$D"' EXIT
export PEER_CPUS=64 PEER_MEM=64000
write_conf 22.05 munge "$D" 26450 1 1 || die "no configuration"
ours "$D" 1 || { fail "ours did not come up"; finish; exit 1; }
export SLURM_CONF=$D/slurm.conf
mkdir -p "$D/ran"
ended() { ! squeue -h -o %i | grep -q .; }
for round in $(seq "$ROUNDS"); do
  ids=()
  for i in $(seq "$JOBS"); do
    ids+=("$(sbatch --parsable -o /dev/null --wrap "echo run >>$D/ran/\$SLURM_JOB_ID; sleep $((i % 7)).5; exit $((i % 5))")")
  done
  moment=$((RANDOM % 4000 + 200))
  sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
  kill -9 "$(cat "$D/run/ours-agent-n1.pid")"; sleep "$((RANDOM % 3))"; ours_agent "$D" n1
  wait_for 120 "round $round's jobs" ended || { fail "round $round: jobs did not end: $(squeue -h | head -3)"; continue; }
  bad=0
  for i in $(seq "$JOBS"); do
    id=${ids[i - 1]}
    got=$(scontrol show job "$id" | sed -n 's/.*ExitCode=\([0-9]*\):.*/\1/p')
    [ "$got" = $((i % 5)) ] || { bad=$((bad + 1)); echo "job $id: exit code $got, not $((i % 5)): $(scontrol show job "$id" | grep -E 'JobState|Reason' | head -2 | tr -s ' \n' ' ')"; }
    [ "$(wc -l <"$D/ran/$id" 2>/dev/null)" = 1 ] || { bad=$((bad + 1)); echo "job $id ran $(wc -l <"$D/ran/$id" 2>/dev/null) times"; }
  done
  [ "$bad" = 0 ] && pass "round $round: killed at $moment ms, $JOBS jobs with their true exit codes" || fail "round $round: $bad wrong"
done
finish
