#!/bin/bash
# adopt.sh [RELEASE [port]]   PrologFlags=Contain on our controller and our agents: real clients of the release see JOB.extern as with a real
# slurmctld and slurmd, and the real pam_slurm_adopt (22.05.8, of Debian's libpam-slurm-adopt) puts a login into it, which ends
# with the job. Without usable control groups the login is not adopted, and that is what is checked.
. "$(dirname "$0")/lib.sh"
REL=${1:-22.05} PORT=${2:-20700}
[ "$(id -u)" = 0 ] || { skip "adopt: needs root"; finish; exit; }
need_slurm2205 || { skip "adopt: Slurm's packages cannot be installed here"; finish; exit; }
need_users
D=$INTEROP/adopt-$REL A=$INTEROP/adopt-$REL-real W=$INTEROP/adopt-work; rm -rf "$W"; mkdir -p "$W"; chmod 1777 "$W"
SERVICE=slurmctld-j-adopt-$PORT
stop_ours "$D" 2>/dev/null; stop_real "$D"; stop_real "$A"
trap 'stop_ours "$D"; stop_real "$D"; stop_real "$A"; rm -f "/etc/pam.d/$SERVICE"' EXIT
# as srun.sh: without a JobAcctGatherType real slurmd knows nothing for sstat
printf "%s\n" PrologFlags=Contain KillWait=2 JobAcctGatherType=jobacct_gather/linux JobAcctGatherFrequency=1 >"$W/conf"
export PEER_EXTRA=$W/conf PEER_DROP="^(PrologFlags|KillWait|JobAcctGatherType|JobAcctGatherFrequency)=" PEER_CPUS=4 PEER_MEM=2000
write_conf "$REL" munge "$A" "$PORT" 0 2 || die "the real $REL did not start"
write_conf "$REL" munge "$D" $((PORT + 20)) 1 2 && ours "$D" 2 || { fail "ours did not come up"; finish; exit 1; }
wait_for 60 "nodes of the real one" ours_idle "$A" 2
chmod 755 "$D"

# ---- what clients see
seen() { # DIR
  local j
  j=$(AS=peer in_cluster "$1" sbatch --parsable -N2 -o /dev/null -D "$W" --wrap 'srun -n2 sleep 8')
  for _ in $(seq 100); do in_cluster "$1" squeue -h -s -j "$j" -o %i | grep -q '\.0' && break; sleep 0.1; done
  in_cluster "$1" squeue -h -s -j "$j" -o '%i %j %N %u %P' | grep extern
  # 22.05.8 adds mem=0, 24.11.5 does not
  in_cluster "$1" scontrol show step "$j.extern" | grep -vE '^ *$|StartTime|SrunHost' | sed 's/,mem=0,/,/'
  AS=peer in_cluster "$1" sstat -n -P -j "$j.extern" -o JobID,NTasks,MaxRSSNode,Nodelist | sed -E 's/\|n[12]\|/|node|/'
  in_cluster "$1" scancel "$j"
  wait_for 30 "the job's end" eval '[ -z "$(in_cluster '"$1"' squeue -h)" ]'
  sleep 0.3
  in_cluster "$1" squeue -h -s
}
if diff <(seen "$A" 2>&1 | sed -E 's/\b[0-9]+\.extern/JOB.extern/') <(seen "$D" 2>&1 | sed -E 's/\b[0-9]+\.extern/JOB.extern/') >"$W/diff"; then
  pass "$REL: JOB.extern in squeue -s, scontrol show step, sstat"
else
  fail "$REL: JOB.extern in squeue -s, scontrol show step, sstat"; sed 's/^/       /' "$W/diff"
fi

# ---- pam_slurm_adopt
MODULE=$(ls /lib/security/pam_slurm_adopt.so /lib/*/security/pam_slurm_adopt.so 2>/dev/null | head -1)
if [ -z "$MODULE" ]; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libpam-slurm-adopt >/dev/null 2>&1
  MODULE=$(ls /lib/security/pam_slurm_adopt.so /lib/*/security/pam_slurm_adopt.so 2>/dev/null | head -1)
fi
[ -n "$MODULE" ] && command -v python3 >/dev/null || { skip "pam_slurm_adopt: libpam-slurm-adopt cannot be installed here"; finish; exit; }
printf 'account required %s action_no_jobs=deny nodename=n1 service=%s\n' "$MODULE" "$SERVICE" >"/etc/pam.d/$SERVICE"
cat >"$W/login.py" <<'P'
"""A login: PAM's account step for a user by a service, then a process that stays, as a shell would. Else ends with PAM's number."""
import ctypes, os, sys
pam = ctypes.CDLL("libpam.so.0", mode=ctypes.RTLD_GLOBAL)
CONVERSE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
class Conversation(ctypes.Structure):
    _fields_ = [("converse", CONVERSE), ("data", ctypes.c_void_p)]
conversation = Conversation(CONVERSE(lambda *_: 19), None)  # PAM_CONV_ERR: nobody reads messages here
handle = ctypes.c_void_p()
if pam.pam_start(sys.argv[1].encode(), sys.argv[2].encode(), ctypes.byref(conversation), ctypes.byref(handle)) != 0:
    sys.exit(100)
answer = pam.pam_acct_mgmt(handle, 0)
if answer != 0:
    sys.exit(answer)
os.execvp("sleep", ["sleep", "300"])
P
login() { SLURM_CONF=$D/slurm.conf exec setsid python3 "$W/login.py" "$SERVICE" "$1"; }
DENIED=6 # PAM_PERM_DENIED
( login peer ) >"$W/none.out" 2>&1
[ $? = $DENIED ] && pass "a login without a job is refused" || fail "a login without a job is refused: $(tail -1 "$W/none.out")"
j=$(AS=peer in_cluster "$D" sbatch --parsable -w n1 -o /dev/null -D "$W" --wrap 'sleep 300')
wait_for 30 "the job" eval '[ "$(in_cluster '"$D"' squeue -h -j '"$j"' -o %T)" = RUNNING ]'
( login peer ) >"$W/login.out" 2>&1 & pid=$!
if grep -q 'tracking processes by cgroup' "$D"/log/agent-n1.out; then
  wait_for 10 "the adoption" grep -q "step $j.extern: pid $pid adopted" "$D"/log/agent-n1.out
  grep -q "job_$j/step_extern" "/proc/$pid/cgroup" 2>/dev/null && pass "a login with a job is in its extern step" ||
    fail "a login with a job is in its extern step: $(tail -1 "$W/login.out")"
  in_cluster "$D" sstat -n -P -a -j "$j" -o JobID,Pids 2>/dev/null | grep extern | grep -q "\b$pid\b" && pass "sstat tells of it" || fail "sstat tells of it"
  ( login peeru ) >"$W/other.out" 2>&1
  [ $? = $DENIED ] && pass "another user's login is refused" || fail "another user's login is refused"
  in_cluster "$D" scancel "$j"
  wait_for 20 "the login's end" eval '! kill -0 '"$pid"' 2>/dev/null' && pass "the login ends with its job" || fail "the login ends with its job"
else
  wait "$pid"; [ $? != 0 ] && pass "without control groups a login is not adopted" || fail "without control groups a login is not adopted"
  in_cluster "$D" scancel "$j"
fi
wait_for 20 "an idle node" ours_idle "$D" 2
[ -z "$(find "$D/spool" -name '*.4294967292')" ] && pass "nothing is left in the spool" || fail "nothing is left in the spool"
finish
