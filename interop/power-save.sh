#!/bin/bash
# interop/power-save.sh [PORT]
#   Power saving: State=CLOUD nodes, ResumeProgram, SuspendProgram, ResumeFailProgram, power_save_min_interval,
#   BatchStartTimeout, cloud_reg_addrs. The same configuration and the same steps for our
#   controller with slurmd-agents and (REAL=1) for the real slurmctld with slurmd, whose states the expectations are.
#   RELEASE=24.11: that release's clients (and, with REAL=1, its slurmctld and slurmd); default 22.05.
#   The last line is "N passed, N failed, N skipped".
. "$(dirname "$0")/lib.sh"
need_slurm2205 || { skip "no Slurm 22.05 here"; finish; exit; }
PORT=${1:-26700} REL=${RELEASE:-22.05} D=$INTEROP/power
stop() {
  local n p
  for n in n1 n2 n3 n4; do for p in $(pgrep -f -- "-f $D/slurm.conf -N $n\$"); do kill "$p" 2>/dev/null; done; done
  [ -r "$D/run/ours-ctld.pid" ] && kill "$(cat "$D/run/ours-ctld.pid")" 2>/dev/null
  [ -r "$D/run/slurmctld.pid" ] && kill "$(cat "$D/run/slurmctld.pid")" 2>/dev/null
  wait_for 20 "the end" sh -c "! kill -0 \$(cat $D/run/slurmctld.pid 2>/dev/null) 2>/dev/null"
  stop_real "$D"
  for p in $(pgrep -f "$D/spool/"); do kill -9 "$p" 2>/dev/null; done # jobs outlive their node's daemon
}
trap stop EXIT
stop 2>/dev/null; rm -rf "$D"; mkdir -p "$D"
# a real slurmd that cannot register does not heed SIGTERM. Both are started the same way: by the resume program, which for a real slurmctld of another release runs in its chroot
if [ -n "${REAL:-}" ]; then SIG=KILL BOOT="slurmd -b -f $D/slurm.conf -N"; else SIG=TERM BOOT="setsid $TOP/bin/slurmd-agent -D -b -f $D/slurm.conf -N"; fi
cat >"$INTEROP/power-programs" <<'R'
case $1 in
  resume)
    echo "$(date +%s) $2" >>"$D/resumed"
    echo "resume $2" >>"$D/calls"; cp "$SLURM_RESUME_FILE" "$D/resume.json"
    for n in $(scontrol show hostnames "$2"); do
      # of n3 no machine ever comes
      [ $n = n3 ] || { sleep 2; $BOOT $n </dev/null >>"$D/$n.out" 2>&1 & }
    done ;;
  suspend)
    echo "suspend $2" >>"$D/calls"
    for n in $(scontrol show hostnames "$2"); do
      for p in $(grep -lsz -- "^$n\$" /proc/[0-9]*/cmdline); do p=${p%/cmdline}; grep -qz -- "^$D/slurm.conf\$" "$p/cmdline" && kill -$SIG "${p#/proc/}"; done
    done; true ;;
  fail) echo "fail $2" >>"$D/calls" ;;
esac
R
export PEER_EXTRA=$INTEROP/power.conf PEER_NODE_OPTS=State=CLOUD PEER_DROP='^(BatchStartTimeout|ReturnToService)='
printf '%s\n' "ResumeProgram=$D/resume" "SuspendProgram=$D/suspend" "ResumeFailProgram=$D/fail" SuspendTime=15 SuspendTimeout=6 \
  ResumeTimeout=30 PrivateData=cloud BatchStartTimeout=5 ReturnToService=2 >"$PEER_EXTRA"
write_conf "$REL" munge "$D" "$PORT" 1 4 || die "no slurm.conf"
CONF=$(readlink -f "$D/slurm.conf")
sed -i 's/ State=UNKNOWN//' "$CONF"
for p in resume suspend fail; do
  printf '#!/bin/bash\nD=%s SIG=%s BOOT="%s"\n. %s %s "$@"\n' "$D" "$SIG" "$BOOT" "$D/programs" $p >"$D/$p"; chmod +x "$D/$p"
done
cp "$INTEROP/power-programs" "$D/programs"; : >"$D/calls"; : >"$D/resumed"; chmod -R a+rX "$D"
for p in scontrol sinfo squeue sbatch scancel; do eval "$p() { in_cluster \"\$D\" env $p \"\$@\"; }"; done
if [ -z "${REAL:-}" ]; then ours_ctld "$D" || die "no controller"; elif [ -x "$D/ctld" ]; then "$D/ctld"; else slurmctld -f "$CONF"; fi
up() { scontrol ping | grep -q UP; }
wait_for 30 ping up
node() { scontrol show node "$1" | sed -n 's/.*State=\([^ ]*\).*/\1/p'; }
field() { scontrol show node "$1" | grep -o "\b$2=[^ ]*"; }
short() { sinfo -h -N -n "$1" -o %t | head -1; }
job() { squeue -h -j "$1" -o %t 2>/dev/null; }
is() { # WHAT EXPECTED COMMAND...   within 60 s
  local what=$1 want=$2 got; shift 2
  local end=$((SECONDS + ${LIMIT:-60}))
  while got=$("$@"); [ "$got" != "$want" ] && [ $SECONDS -lt $end ]; do sleep 0.1; done
  if [ "$got" = "$want" ]; then pass "$what"; else fail "$what: $got, expected $want"; fi
}
is "a cloud node begins powered down" "IDLE+CLOUD+POWERED_DOWN" node n1
is "and sinfo shows it so" "idle~" short n1
A=$(sbatch --parsable -w n1 -o /dev/null --wrap 'sleep 8')
is "a job makes it boot" "MIXED+CLOUD+NOT_RESPONDING+POWERING_UP" node n1
is "the job is configuring meanwhile" CF job "$A"
is "ResumeProgram was called with the node" "resume n1" tail -1 "$D/calls"
is "its file names the job" 1 sh -c "grep -c '\"job_id\": *$A[,}]' $D/resume.json"
is "it is up" "MIXED+CLOUD" node n1
is "the job runs" R job "$A"
is "it is idle after the job" "IDLE+CLOUD" node n1
is "it is powered down after SuspendTime" "IDLE+CLOUD+POWERING_DOWN" node n1
is "which sinfo shows as" "idle%" short n1
is "SuspendProgram was called with it" "suspend n1" tail -1 "$D/calls"
is "and is usable again after SuspendTimeout" "IDLE+CLOUD+POWERED_DOWN" node n1
B=$(sbatch --parsable -w n3 -o /dev/null --wrap 'sleep 4')
is "one that never boots" "mix#" short n3
is "is down after ResumeTimeout" "down~" short n3
reason() { scontrol show node "$1" | sed -n 's/.*Reason=\(.*\) \[.*/\1/p'; }
is "with Slurm's reason" "ResumeTimeout reached" reason n3
is "ResumeFailProgram was called with it" "fail n3" tail -1 "$D/calls"
is "its job is requeued" PD job "$B"
scancel "$B"
scontrol update nodename=n3 state=resume
is "resume makes it powered down" "idle~" short n3
scontrol update nodename=n4 state=power_up
is "an admin powers one up" "idle#" short n4
is "it comes" "idle" short n4
scontrol update nodename=n4 state=power_down
is "an admin powers it down" "IDLE+CLOUD+POWERING_DOWN" node n4
is "it goes" "idle~" short n4

# BatchStartTimeout (5 s): the daemon is started anew without the job that it was given before that
A=$(sbatch --parsable -w n2 -o /dev/null --wrap 'sleep 1000')
is "a job runs" R job "$A"
sleep 17 # slurmctld adds MessageTimeout
# what runs of the job, the process that holds it first: nobody can tell its end any more
for p in $(pgrep -f -- "-f $D/slurm.conf -N n2\$") $(pgrep -f "slurmstepd: \[$A\.") $(pgrep -f "$D/spool/n2/"); do kill -9 "$p" 2>/dev/null; done
rm -rf "$D"/spool/n2/launches/* "$D"/spool/n2/job*
if [ -z "${REAL:-}" ]; then ours_agent "$D" n2; elif [ -x "$D/client" ]; then "$D/client" slurmd -f "$D/slurm.conf" -N n2; else slurmd -f "$D/slurm.conf" -N n2; fi
restarts() { scontrol show job "$1" | grep -o 'Restarts=[0-9]*'; }
is "one that registers without a job that it had for longer than BatchStartTimeout has lost it" "Restarts=1" restarts "$A"
scancel "$A"

# power_save_min_interval: no sooner after the last round of calls, whoever asks
printf 'SlurmctldParameters=power_save_min_interval=12\n' >>"$CONF"; scontrol reconfigure
is "n4 is off" "idle~" short n4
scontrol update nodename=n4 state=power_up
is "the first is asked for" 2 grep -c '^resume n4$' "$D/calls"
scontrol update nodename=n1 state=power_up
is "the next, too" 2 grep -c '^resume n1$' "$D/calls"
gap=$(tail -2 "$D/resumed" | awk '{ a[NR] = $1 } END { print a[2] - a[1] }')
[ "$gap" -ge 11 ] && pass "$gap s later: power_save_min_interval" || fail "it was asked for $gap s later, not 12"

# cloud_reg_addrs (until 23.02): a node is where it registered from until it is off
if [ "$REL" = 22.05 ]; then
  sed -i "s/ NodeHostname=[^ ]* NodeAddr=[^ ]*//; s/^SuspendTime=.*/SuspendTime=600/; s/^SlurmctldParameters=.*/SlurmctldParameters=cloud_reg_addrs/" "$CONF"
  scontrol update nodename=n4 state=power_down
  is "n4 goes off" "idle~" short n4
  scontrol reconfigure
  is "an address before it is there: its name" "NodeAddr=n4" field n4 NodeAddr
  scontrol update nodename=n4 state=power_up
  is "it comes" "idle" short n4
  is "it is where it registered from" "NodeAddr=127.0.0.1" field n4 NodeAddr
  is "with that host's name" "NodeHostName=$(hostname -s)" field n4 NodeHostName
  scontrol update nodename=n4 state=power_down
  is "it goes" "idle~" short n4
  is "and is its name again" "NodeAddr=n4" field n4 NodeAddr
fi
finish
