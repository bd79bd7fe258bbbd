#!/bin/bash
# prolog.sh [RELEASE [AUTH [PORT]]]: Prolog and Epilog of slurm.conf on our controller and our agents beside the real slurmctld and slurmd of
# that release: what they see, in what order they run, what becomes of job and node when one fails or takes too long. The transcripts of
# both sides must be the same. Slurm's nodes use PORT+1001 and PORT+1002, ours the same afterwards.
. "$(dirname "$0")/lib.sh"
REL=${1:-22.05} AUTH=${2:-munge} PORT=${3:-20580}
[ "$(id -u)" = 0 ] || { skip "prolog: needs root"; finish; exit; }
need_slurm2205 || { skip "prolog: Slurm cannot be installed here"; finish; exit; }
need_users
OUT=$INTEROP/prolog-$REL; mkdir -p "$OUT"

side() {
  local kind=$1 D=$INTEROP/prolog-$REL-$1 W n
  W=$INTEROP/prolog-work; rm -rf "$W"; mkdir -p "$W"; chmod 1777 "$W"
  script() { printf '#!/bin/bash\n%s\n' "$2" >"$W/$1"; chmod 755 "$W/$1"; }
  # 24.11 has these and 22.05 has not: our agent has one set for all releases
  local more='^(SLURM_JOB_NODELIST|SLURM_JOB_(START|END)_TIME|SLURM_JOB_CORE_SPEC_.*|SLURM_JOB_OVERSUBSCRIBE|SLURM_JOB_EXTRA|SLURM_JOB_NTASKS)='
  [ "$REL" = 22.05 ] || more='^SLURM_JOB_(START|END)_TIME='
  for n in prolog epilog; do
    script $n "{ echo $n \$(id -u) \$#; env | grep -E '^(SLURM|CUDA)' | grep -vE '$more' | sort; } >\"$W/$n.\$SLURMD_NODENAME.\$SLURM_JOB_ID\"
echo $n \$SLURMD_NODENAME >>$W/order; [ -e $W/slow.$n.\$SLURMD_NODENAME ] && sleep 60; [ ! -e $W/fail.$n.\$SLURMD_NODENAME ]"
  done
  printf '%s\n' "Prolog=$W/prolog" "Epilog=$W/epilog" PrologEpilogTimeout=3 KillWait=2 ${FLAGS:+"PrologFlags=$FLAGS"} >"$OUT/conf"
  export PEER_EXTRA=$OUT/conf PEER_DROP='^(KillWait)=' PEER_CPUS=2 PEER_MEM=1000
  if [ "$kind" = real ]; then
    write_conf "$REL" "$AUTH" "$D" "$PORT" 0 2 || return 1
  else
    write_conf "$REL" "$AUTH" "$D" "$PORT" 1 2 && ours "$D" 2 || return 1
  fi
  chmod 755 "$D"
  U() { AS=peer in_cluster "$D" "$@"; }; S() { in_cluster "$D" "$@"; }
  job() { U sbatch --parsable -o "$W/o%j" -D "$W" "$@"; }
  state() { S scontrol -o show job "$1" | grep -oE '(JobState|Reason|Restarts|Priority)=[^ ]*' | sed -E 's/Priority=[1-9].*/Priority=some/'; }
  nodes() { S scontrol -o show node | grep -oE '(NodeName|State|Reason)=[^ ]*( error)?' | paste -sd' '; }
  is() { [ "$(S scontrol -o show job "$1" | grep -oE 'JobState=[A-Z]*')" = "JobState=$2" ]; }
  idle() { [ -z "$(S squeue -h -t R,CG)" ]; }
  again() {
    rm -f "$W"/fail.* "$W"/slow.* "$W"/prolog.n* "$W"/epilog.n*; : >"$W/order"
    S scancel -u peer; wait_for 30 "$kind: an empty queue" eval '[ -z "$(in_cluster '"$D"' squeue -h)" ]'
    S scontrol update nodename=n1 state=resume 2>/dev/null; S scontrol update nodename=n2 state=resume 2>/dev/null
    wait_for 30 "$kind: two idle nodes" ours_idle "$D" 2
  }
  {
    local j
    again 2>/dev/null
    echo "# a batch job of two nodes with a step"
    j=$(job -N2 -J name --comment "a b" --wrap 'srun -N2 -n2 true; exit 3'); wait_for 30 end is "$j" FAILED; wait_for 20 idle idle
    (cd "$W" && for n in prolog.n1 prolog.n2 epilog.n1 epilog.n2; do echo "## $n"; cat $n.* | sed "s/=$j\$/=JOB/"; done)
    again
    echo "# srun without a job"
    U srun -N1 -w n2 true; wait_for 20 idle idle
    (cd "$W" && for n in prolog.n2 epilog.n2; do echo "## $n"; cat $n.* | sed -E 's/^(SLURM_JOB_?ID)=.*/\1=JOB/'; done; sort order)
    again
    echo "# the prolog fails on the batch host"; touch "$W/fail.prolog.n1"
    j=$(job -w n1 --wrap 'echo never'); wait_for 30 pending eval "S scontrol show job $j | grep -q Restarts=1"; wait_for 20 idle idle; state "$j"; nodes; cat "$W/o$j" 2>/dev/null; cat "$W/order"
    again
    echo "# and may not be requeued"; touch "$W/fail.prolog.n1"
    j=$(job -w n1 --no-requeue --wrap 'echo never'); wait_for 30 end is "$j" CANCELLED; wait_for 20 idle idle; state "$j" | grep -v Priority; nodes; cat "$W/o$j" 2>/dev/null
    again
    echo "# the prolog fails on the node of a step"; touch "$W/fail.prolog.n2"
    j=$(job -N2 --wrap 'srun -N1 -w n2 echo never'); wait_for 30 pending eval "S scontrol show job $j | grep -q Restarts=1"; wait_for 20 idle idle; state "$j"; nodes; cat "$W/o$j" 2>/dev/null | grep -c never
    again
    echo "# srun's own prolog fails"; touch "$W/fail.prolog.n2"
    U srun -Q -w n2 echo never 2>&1 | grep -E 'error|never' | sed -E 's/StepId=[0-9]+/StepId=JOB/'; wait_for 20 idle idle; nodes
    again
    echo "# the epilog fails"; touch "$W/fail.epilog.n2"
    j=$(job -w n2 --wrap 'echo fine'); wait_for 30 end is "$j" COMPLETED; wait_for 20 idle idle; nodes; cat "$W/o$j"
    again
    echo "# the prolog takes too long"; touch "$W/slow.prolog.n1"
    j=$(job -w n1 --wrap 'echo never'); wait_for 30 pending eval "S scontrol show job $j | grep -q Restarts=1"; wait_for 20 idle idle; state "$j"; nodes
    again
    echo "# cancelled while its prolog runs"; touch "$W/slow.prolog.n1"
    j=$(job -w n1 --no-requeue --wrap 'echo never'); wait_for 20 prolog grep -q prolog "$W/order"; S scancel "$j"; wait_for 30 end is "$j" CANCELLED; wait_for 20 idle idle; cat "$W/o$j" 2>/dev/null; cat "$W/order"
    again
    echo "# PrologFlags"; j=$(U salloc -Q -N2 true; wait_for 20 idle idle; sort "$W/order"); echo "$j"
  } >"$OUT/$kind" 2>&1
  stop_ours "$D" 2>/dev/null; stop_real "$D"
}
trap 'stop_ours "$INTEROP/prolog-$REL-ours" 2>/dev/null; stop_real "$INTEROP/prolog-$REL-real"' EXIT
for FLAGS in "" Alloc; do
  for kind in real ours; do side $kind || { fail "prolog: $kind did not come up"; finish; exit 1; }; done
  # differences.md: a line that slurmd leaves in the job's output, and the reason that 24.11 leaves on a resumed node.
  # Whether srun hears first that its job is gone or that a node will not be ready differs from run to run on either side.
  same() {
    sed -e "s#prolog-$REL-$1#DIR#" -e 's#DIR/etc/slurm.conf#DIR/slurm.conf#' -e '/^Error running slurm prolog/d' \
      -e 's/State=IDLE Reason=Epilog error/State=IDLE/' -e '/^srun: error: Something is wrong with the boot of the nodes/d' \
      -e 's/^srun: error: \(Nodes .* are still not ready\|Job allocation .* has been revoked\).*/srun: error: no allocation/' "$OUT/$1"
  }
  if diff -u <(same real) <(same ours); then
    pass "$REL/$AUTH ${FLAGS:-no} PrologFlags: $(wc -l <"$OUT/ours") lines"
  else
    fail "$REL/$AUTH ${FLAGS:-no} PrologFlags"
  fi
done
finish
