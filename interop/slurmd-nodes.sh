#!/bin/bash
# slurmd-nodes.sh [RELEASE [AUTH]]: real slurmd of that release as nodes of our controller (issue 4, part 1).
#   RELEASE  22.05 (this machine's packages) or 24.11, 26.05 (chroots, see peer/start-slurm-release.sh); default 22.05
#   AUTH     munge or slurm; default munge
# One line per check with VERBOSE=1, else failures only. PORT: the controller's, default 21300; slurmds on PORT+1001...
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/lib.sh"
REL=${1:-22.05} AUTH=${2:-munge} PORT=${PORT:-21300}
D=$INTEROP/slurmd-$REL-$AUTH
W=$D/work
VERBOSE=${VERBOSE-1}
[ "$(id -u)" = 0 ] || { skip "slurmd needs root"; finish; exit; }
need_slurm2205 || { skip "Slurm is not installed"; finish; exit; }
need_users

S() { in_cluster "$D" "$@"; }
U() { AS=peer in_cluster "$D" "$@"; }
sub() { U sbatch --parsable -o "$W/o%j" -D "$W" "$@"; }
has() { grep -qE -- "$2" <<<"$1"; }
job() { S scontrol -o show job "$1" 2>/dev/null; }
job_has() { has "$(job "$1")" "$2"; }
job_is() { job_has "$1" "JobState=$2"; }
node_is() { has "$(S sinfo -h -N -n "$1" -o %T)" "^$2$"; }
reason_is() { has "$(S scontrol -o show node "$1")" "Reason=$2"; }
out_has() { grep -qsE -- "$2" "$W/o$1"; }
# check WHAT SECONDS COMMAND...: passes if the command succeeds within so many seconds
check() {
  local what="$REL/$AUTH $1" limit=$2 end; shift 2
  end=$((SECONDS + limit))
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { fail "$what"; return 1; }
    sleep 0.2
  done
  pass "$what"
}
conf() { readlink -f "$D/slurm.conf"; }
slurmd_start() {
  local n=$1; shift
  if [ -x "$D/client" ]; then "$D/client" slurmd -f "$(conf)" -N "$n" "$@"; else slurmd -f "$(conf)" -N "$n" "$@"; fi
}
slurmd_stop() {
  local n=$1 sig=${2:-TERM} f=$D/run/slurmd-$1.pid p
  p=$(cat "$f" 2>/dev/null) || return 0
  kill "-$sig" "$p" 2>/dev/null
  while kill -0 "$p" 2>/dev/null && ! grep -qs '^State:.Z' "/proc/$p/status"; do sleep 0.1; done
  rm -f "$f"
}
ctld_stop() { end_pid "$D/run/ours-ctld.pid" "${1:-TERM}"; }
cleanup() {
  local n
  for n in n1 n2 n3; do slurmd_stop $n KILL; done
  stop_ours "$D"
  stop_real "$D"
}
trap cleanup EXIT

# ---- the cluster: three slurmds, our controller
cleanup 2>/dev/null
export PEER_CPUS=4 PEER_MEM=1000
write_conf "$REL" "$AUTH" "$D" "$PORT" 1 3 || die "no configuration"
mkdir -p "$W"; chmod 1777 "$W"; chmod 755 "$D"
script() { printf '#!/bin/bash\n%s\n' "$2" >"$W/$1"; chmod 755 "$W/$1"; }
script prolog "echo \"prolog \$SLURM_JOB_ID \$SLURMD_NODENAME \$SLURM_JOB_UID\" >>$W/prolog.log; [ ! -e $W/fail.\$SLURMD_NODENAME ]"
script epilog "echo \"epilog \$SLURM_JOB_ID \$SLURMD_NODENAME\" >>$W/epilog.log"
script reboot "echo reboot >>$W/reboot.log"
script health "echo health >>$W/health.log"
sed -i -e 's/^SlurmdTimeout=.*/SlurmdTimeout=12/' -e 's/^KillWait=.*/KillWait=2/' "$(conf)"
cat >>"$(conf)" <<CONF
Prolog=$W/prolog
Epilog=$W/epilog
HealthCheckProgram=$W/health
RebootProgram=$W/reboot
HealthCheckInterval=3
CONF
ours_ctld "$D" || die "our controller did not start"
for n in n1 n2 n3; do slurmd_start $n; done

# ---- registration
check "three nodes register and are idle" 15 ours_idle "$D" 3
check "a node shows its slurmd's release" 1 has "$(S scontrol show node n1)" "Version=$REL"
check "and its boot time" 1 has "$(S scontrol show node n1)" "BootTime=20"
check "HealthCheckProgram runs" 10 test -s "$W/health.log"

# ---- jobs
LIMIT=$(sub -w n3 -t 1 --wrap 'echo start; sleep 300')
WARN=$(sub -w n3 -t 1 --signal=B:USR1@50 --wrap 'trap "echo warned; exit 7" USR1; sleep 300 & wait')
j=$(FOO='b ar' sub -N2 -w n1,n2 --wrap 'echo "id $(id -u) $(id -g)"; echo "nodes $SLURM_JOB_NODELIST $SLURM_NNODES on $SLURMD_NODENAME"; echo "env $FOO"')
check "a job completes" 10 job_is "$j" COMPLETED
check "it ran as its user" 1 out_has "$j" "^id $(id -u peer) $(id -g peer)\$"
check "on the batch host of two nodes" 1 out_has "$j" '^nodes n\[1-2\] 2 on n1$'
check "with the environment of sbatch" 1 out_has "$j" '^env b ar$'
check "its prolog ran before it" 1 grep -q "^prolog $j n1 $(id -u peer)" "$W/prolog.log"
check "its epilog ran on both nodes" 5 eval "grep -q '^epilog $j n2' $W/epilog.log && grep -q '^epilog $j n1' $W/epilog.log"
j=$(sub --wrap 'exit 3'); check "an exit status arrives" 10 job_has "$j" 'JobState=FAILED .*ExitCode=3:0'
j=$(sub --wrap 'kill -KILL $$'); check "a signal arrives" 10 job_has "$j" 'JobState=FAILED .*ExitCode=0:9'
j=$(sub -e "$W/e%j" --wrap 'echo to-err >&2'); check "stderr of its own" 10 grep -qs to-err "$W/e$j"
j=$(sub -a 1-3 --wrap 'echo "task $SLURM_ARRAY_JOB_ID $SLURM_ARRAY_TASK_ID"')
check "the tasks of an array know who they are" 10 eval "cat $W/o* | grep -q 'task $j 1' && cat $W/o* | grep -q 'task $j 3'"
j=$(sub --wrap 'trap "echo got-usr1" USR1; echo up; sleep 300 & wait; wait')
check "a job runs" 10 out_has "$j" up
U scancel -b -s USR1 "$j"; check "scancel -b -s USR1 reaches the batch shell" 5 out_has "$j" got-usr1
U scancel "$j"; check "scancel ends it" 10 job_is "$j" CANCELLED
check "with Slurm's words" 5 out_has "$j" "JOB $j ON n[123] CANCELLED AT"
check "and signal 15" 1 job_has "$j" 'ExitCode=0:15'
j=$(sub --wrap 'trap "" TERM; echo up; while :; do sleep 1; done'); check "a stubborn job runs" 10 out_has "$j" up
U scancel "$j"; check "it is killed after KillWait" 25 job_has "$j" 'JobState=CANCELLED .*ExitCode=0:9'
j=$(sub --requeue --wrap 'echo run $SLURM_RESTART_COUNT; [ "${SLURM_RESTART_COUNT:-0}" -ge 1 ] || sleep 300'); check "a job to be requeued runs" 10 out_has "$j" run
S scontrol requeue "$j"; check "scontrol requeue runs it again" 30 job_has "$j" 'JobState=COMPLETED .*Restarts=1'

# ---- drain and resume
S scontrol update nodename=n2 state=drain reason=test; check "drain" 3 node_is n2 drained
j=$(sub -w n2 --wrap true); check "a drained node takes no job" 2 job_is "$j" PENDING
S scontrol update nodename=n2 state=resume; check "resume" 10 job_is "$j" COMPLETED

# ---- a failing prolog
touch "$W/fail.n2"
j=$(sub -w n2 --wrap 'echo never')
check "a failing prolog drains the node" 15 node_is n2 drained
check "with Slurm's reason" 1 reason_is n2 '(Prolog error|batch job complete failure)'
check "and the job is pending again" 10 job_is "$j" PENDING
rm -f "$W/fail.n2"; S scontrol update nodename=n2 state=resume; S scontrol release "$j"
# released or not, a job whose launch failed waits for its credential to expire (120 s; observed with the real slurmctld)
check "which runs once the node is mended" 180 job_is "$j" COMPLETED

# ---- daemons that go and come
j=$(sub -w n1 --wrap 'echo up; sleep 6; echo after'); check "a job runs on n1" 10 out_has "$j" up
slurmd_stop n1; slurmd_start n1
check "it survives a restart of slurmd" 20 job_is "$j" COMPLETED
check "to its end" 1 out_has "$j" after
j=$(sub -w n1 --wrap 'echo up; sleep 6; echo after'); check "another runs" 10 out_has "$j" up
ctld_stop KILL; ours_ctld "$D"
check "it survives a kill -9 of the controller" 20 job_is "$j" COMPLETED
j=$(sub -w n1 --wrap 'echo up; sleep 3; exit 5'); check "another runs" 10 out_has "$j" up
ctld_stop; sleep 5; ours_ctld "$D"
check "one that ends while there is no controller is not lost" 60 job_has "$j" 'JobState=FAILED .*ExitCode=5:0'
j=$(sub -w n2 --no-requeue --wrap 'echo up; sleep 300'); check "a job runs on n2" 10 out_has "$j" up
r=$(sub -w n2 --requeue --wrap 'echo up; [ -e '"$W"'/again ] || sleep 300'); check "and one that may be requeued" 10 out_has "$r" up
slurmd_stop n2 KILL
check "a silent node is shown with *" 10 eval "S sinfo -h -N -n n2 -o %t | grep -q '\*'"
check "and down after SlurmdTimeout" 25 node_is n2 'down\*'
check "its job ends NODE_FAIL" 5 job_is "$j" NODE_FAIL
check "or is pending again" 5 job_is "$r" PENDING
touch "$W/again"
slurmd_start n2
check "it returns to service" 20 eval "node_is n2 idle || node_is n2 mixed"
check "what it still ran is ended" 20 eval "! pgrep -u peer -f 'sleep 300' -x sleep || ! pgrep -f '$W.*job0*$j'"
check "the requeued job runs again" 40 job_is "$r" COMPLETED
j=$(sub -w n2 --requeue --wrap 'echo up $SLURM_RESTART_COUNT; [ "${SLURM_RESTART_COUNT:-0}" -ge 1 ] || sleep 300'); check "a job runs before the node reboots" 10 out_has "$j" up
slurmd_stop n2 KILL; kill -KILL $(ps -eo pid=,args= | awk -v s="slurmstepd: [$j." 'index($0, s) && !/awk/ { print $1 }'); rm -rf "$D/spool/n2"/*; slurmd_start n2 -b
check "a reboot is noticed: the job runs again" 40 job_has "$j" 'JobState=COMPLETED .*Restarts=1'

# ---- scontrol reboot
state_is() { has "$(S scontrol -o show node "$1")" "State=$2( |$)"; }
j=$(sub -w n1 --wrap 'echo up; sleep 5'); check "a job runs on n1" 10 out_has "$j" up
S scontrol reboot n1; check "scontrol reboot waits for the job" 3 state_is n1 'MIXED\+REBOOT_REQUESTED'
S scontrol cancel_reboot n1; check "cancel_reboot" 3 state_is n1 MIXED
S scontrol reboot ASAP nextstate=RESUME reason=kernel n1
check "ASAP takes no more jobs" 3 state_is n1 'MIXED\+DRAIN\+REBOOT_REQUESTED'
check "and reboots when the job is over" 20 state_is n1 'DOWN\+DRAIN\+REBOOT_ISSUED'
check "with its reason" 1 reason_is n1 'kernel : reboot issued'
check "slurmd runs RebootProgram" 10 grep -q reboot "$W/reboot.log"
check "it cannot be cancelled any more" 1 eval "! S scontrol cancel_reboot n1"
check "a user may not" 1 eval "! U scontrol reboot n2"
slurmd_stop n1; slurmd_start n1 -b
check "after the boot it is back" 15 state_is n1 IDLE

# ---- the time limit (jobs from above)
check "the time limit" 90 job_is "$LIMIT" TIMEOUT
check "with Slurm's words" 5 out_has "$LIMIT" 'CANCELLED AT .* DUE TO TIME LIMIT'
check "--signal warned the batch shell" 1 out_has "$WARN" warned
check "which ended with its own status" 1 job_has "$WARN" 'JobState=FAILED .*ExitCode=7:0'

# ---- PrologFlags=Alloc,Contain
ctld_stop; for n in n1 n2 n3; do slurmd_stop $n; done
script pctld "sleep 1; echo \"\$SLURM_SCRIPT_CONTEXT \$SLURM_JOB_ID \$SLURM_JOB_NODELIST \$SLURM_JOB_EXIT_CODE2\" >>$W/ctld.log; [ ! -e $W/fail.ctld ]"
cat >>"$(conf)" <<CONF
PrologFlags=Alloc,Contain
PrologSlurmctld=$W/pctld
EpilogSlurmctld=$W/pctld
CONF
[ "$AUTH" = slurm ] && echo "SlurmctldParameters=enable_configless" >>"$(conf)"
: >"$W/prolog.log"
ours_ctld "$D"; for n in n1 n2 n3; do slurmd_start $n; done
check "nodes are back" 15 ours_idle "$D" 3
j=$(sub -N2 -w n1,n2 --wrap 'echo up; sleep 2; echo after')
check "PrologFlags=Alloc,Contain: the prolog runs on every node" 10 eval "grep -q '^prolog $j n1' $W/prolog.log && grep -q '^prolog $j n2' $W/prolog.log"
check "the job runs" 15 job_is "$j" COMPLETED
check "to its end" 1 out_has "$j" after
check "PrologSlurmctld ran" 1 grep -q "^prolog_slurmctld $j n.1-2." "$W/ctld.log"
check "EpilogSlurmctld ran with the exit code" 10 grep -q "^epilog_slurmctld $j n.1-2. 0:0" "$W/ctld.log"
touch "$W/fail.ctld"; j=$(sub --wrap true)
check "a failing PrologSlurmctld requeues the job for later" 20 job_has "$j" 'JobState=PENDING Reason=BeginTime .*Restarts=1'
rm -f "$W/fail.ctld"; U scancel "$j"
check "nothing is left of it: nodes are idle" 10 ours_idle "$D" 3
touch "$W/fail.n2"
j=$(sub -N2 -w n1,n2 --wrap 'echo never')
check "a failing prolog drains the node" 15 eval "node_is n2 drained || node_is n2 draining"
check "and the job is pending again" 15 job_is "$j" PENDING
rm -f "$W/fail.n2"; U scancel "$j"; S scontrol update nodename=n2 state=resume

# ---- configless (slurm.key is known without a configuration; munge's socket here is not the default one)
if [ "$AUTH" = slurm ]; then
  slurmd_stop n1; slurmd_stop n3
  rm -rf "$D"/spool/n[13]/conf-cache
  for n in n1 n3; do "$D/client" slurmd --conf-server "127.0.0.1:$PORT" -N $n; done
  check "slurmds without a slurm.conf fetch it" 15 test -s "$D/spool/n1/conf-cache/slurm.conf"
  check "and register" 15 ours_idle "$D" 3
  j=$(sub -w n1 --wrap 'echo hello'); check "a job runs there" 15 job_is "$j" COMPLETED
  echo "DebugFlags=Agent" >>"$(conf)"
  S scontrol reconfigure
  check "scontrol reconfigure pushes the new one" 15 grep -q DebugFlags=Agent "$D/spool/n1/conf-cache/slurm.conf"
  j=$(sub -w n3 --wrap 'echo hello'); check "a job runs after it" 15 job_is "$j" COMPLETED
else
  S scontrol reconfigure
  j=$(sub -w n3 --wrap 'echo hello'); check "a job runs after scontrol reconfigure" 15 job_is "$j" COMPLETED
fi

# ---- the end
S scontrol shutdown
check "scontrol shutdown ends the slurmds, too" 20 eval "! kill -0 \$(cat '$D/run/slurmd-n3.pid' 2>/dev/null || echo 999999999)"
finish
