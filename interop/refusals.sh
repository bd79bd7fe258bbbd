#!/bin/bash
# refusals.sh [port]   what must be refused, with Slurm's error text and number, and logged with who asked and from where: credentials
# forged, replayed, expired (of messages and of steps), another user's job, a step larger than its allocation, more tasks than allowed;
# and requests of clients for which there is nothing here (strigger --set, sprio, scrontab, sshare, sacct).
# Our controller and slurmd-agent; NODED=slurmd: real slurmd; REAL=1: real Slurm 22.05.8, where what is expected was read.
. "$(dirname "$0")/lib.sh"
PORT=${1:-24280}
[ "$(id -u)" = 0 ] || { skip "refusals: needs root"; finish; exit; }
need_slurm2205 || { skip "refusals: Slurm's packages cannot be installed here"; finish; exit; }
need_users
D=$INTEROP/refusals-${REAL:+real}${NODED:-}; stop() { stop_ours "$D" 2>/dev/null; stop_real "$D"; }
trap stop EXIT; stop
unset PEER_NODE_OPTS PEER_EXTRA
export PEER_CPUS=8 PEER_MEM=4000 PEER_DROP='^SlurmdDebug='
write_conf 22.05 munge "$D" "$PORT" "$([ -n "${REAL:-}" ] && echo 0 || echo 1)" 2 || die "no configuration"
if [ -z "${REAL:-}" ]; then
  if [ "${NODED:-agent}" = agent ]; then ours "$D" 2 || die "ours did not come up"; else
    mkdir -p "$D/log" "$D/run"; ours_ctld "$D"; for i in 1 2; do slurmd -f "$D/slurm.conf" -N n$i; done; wait_for 60 slurmds ours_idle "$D" 2
  fi
fi
export SLURM_CONF=$D/slurm.conf
chmod 755 "$D" "$D/log"; cd /tmp || exit 1
. "$TOP/bin/lib/jdk.sh"
CP="${REFUSALS_CLASSES:+$REFUSALS_CLASSES:}$TOP/interop/target/classes:$(ls -d "$TOP"/slurmctld-j/target/lib/* | tr '\n' ':')"
J=$(salloc -w n1 -N1 -n1 --no-shell 2>&1 | sed -n 's/.*Granted job allocation //p')
"$JAVA" -cp "$CP" org.slurmctldj.interop.Refusals "$D/slurm.conf" "$J" >"$D/refusals.txt" 2>"$D/refusals.err"
cat "$D/refusals.err" | grep -v WARN | head -5
expect() { # NAME TEXT: the line "NAME: TEXT" was printed
  local got; got=$(sed -n "s/^$1: //p" "$D/refusals.txt")
  [[ $got =~ ^($2)$ ]] && pass "$1: $got" || fail "$1: '$got', expected '$2'"
}
# 22.05 hangs up on a message that it cannot authenticate, later releases answer 1007; Debian's build tolerates replays (multiple slurmd)
for side in controller node; do for what in forged expired; do
  expect "$side, $what credential" 'no answer \(5005\)|1007 Protocol authentication error'
done; done
[ -n "${REAL:-}" ] || expect "controller, replayed credential" '1007 Protocol authentication error'
# daemons that run as several of a host (-N) share a munged, which knows the copies of a forwarded message
expect "node, replayed credential" '2017 Invalid job id specified'
expect "node, forged step credential" '4004 Invalid job credential'
expect "node, step credential signed by its user" '4004 Invalid job credential'
expect "node, credential of another step" '4004 Invalid job credential'
expect "node, step credential used twice" '4009 Job credential replayed'
if [ -z "${REAL:-}" ]; then
  logged() { # WHAT FILE REGEX
    grep -qE "$3" "$2" && pass "logged: $1" || fail "not logged: $1 ($3 in $2)"
  }
  logged "controller, refused credentials with their address" "$D/log/slurmctld.log" '127\.0\.0\.1:[0-9]+.*(credential|munge|Munge)|(credential|munge|Munge).*127\.0\.0\.1'
  [ "${NODED:-agent}" = agent ] && logged "node, refused launches with uid and address" "$D/log/agent-n1.out" '(uid|UID)[: =]?0.*127\.0\.0\.1|127\.0\.0\.1.*(uid|UID)[: =]?0'
fi
said() { # NAME EXPECTED COMMAND...
  local name=$1 want=$2 out; shift 2
  out=$("$@" 2>&1 </dev/null; echo "rc $?")
  out=$(sed -E "s/([Jj]ob(id)?[ =]|job id )$J\\b/\\1J/g" <<<"$out" | paste -sd'|')
  [ "$out" = "$want" ] && pass "$name: $out" || fail "$name: '$out', expected '$want'"
}
as_peer() { timeout 20 setpriv --reuid=peer --regid=peer --init-groups env HOME=/tmp "$@"; }
said "another user's job, srun" 'srun: error: Unable to create step for job J: Access/permission denied|rc 1' as_peer srun --jobid="$J" true
said "another user's job, scancel" 'scancel: error: Kill job error on job id J: Access/permission denied|rc 210' as_peer scancel "$J"
said "another user's job, sbcast" 'sbcast: error: Slurm job J lookup error: Invalid user id|rc 255' as_peer sbcast -j "$J" /etc/hostname /tmp/x
said "another user's job, update" 'Invalid user id for job J|rc 1' as_peer scontrol update jobid="$J" timelimit=1
said "a larger step than its allocation" 'srun: error: Unable to create step for job J: More processors requested than permitted|rc 1' timeout 20 srun --jobid="$J" -n9 true
said "more nodes than its allocation" 'srun: error: Only allocated 1 nodes asked for 2|rc 1' timeout 20 srun --jobid="$J" -N2 true
said "more tasks than MaxTasksPerNode" 'srun: error: Unable to create step for job J: Task count specification invalid|rc 1' timeout 20 srun --jobid="$J" -O -n600 true
if [ -z "${REAL:-}" ]; then
  # the log is written a moment behind
  wait_for 10 "the refused steps in the log" grep -qE "job_step_create.*(uid|UID)[ =:]*0.*127\.0\.0\.1" "$D/log/slurmctld.log"
  grep -qE "job_step_create.*(uid|UID)[ =:]*0.*127\.0\.0\.1" "$D/log/slurmctld.log" && pass "logged: refused steps with uid and address" || fail "refused steps are not logged with uid and address"
  grep -qE "(uid|UID)[ =:]*$(id -u peer).*127\.0\.0\.1" "$D/log/slurmctld.log" && pass "logged: the other user's requests with uid and address" || fail "the other user's requests are not logged with uid and address"
fi
scancel "$J"
# clients of what is not here: Slurm's own refusal, nothing that looks like an answer
refused() { # NAME COMMAND...: fails, and says a reason
  local name=$1 out rc; shift
  out=$("$@" 2>&1 </dev/null); rc=$?
  [ $rc != 0 ] && [ -n "$out" ] && pass "$name: $(head -1 <<<"$out") (rc $rc)" || fail "$name: '$(head -2 <<<"$out")' rc $rc"
}
refused "scrontab" timeout 20 scrontab -l
refused "sprio" timeout 20 sprio
refused "sacct" timeout 20 sacct
[ -n "${REAL:-}" ] || refused "strigger --set" timeout 20 strigger --set --node --down --program=/bin/true
out=$(timeout 20 strigger --get 2>&1); [ $? = 0 ] && pass "strigger --get: none there" || fail "strigger --get: $out"
finish
