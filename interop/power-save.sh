#!/bin/bash
# interop/power-save.sh [PORT]
#   Power saving: State=CLOUD nodes, ResumeProgram, SuspendProgram, ResumeFailProgram. The same configuration and the
#   same steps for our controller with slurmd-agents and (REAL=1) for the real slurmctld 22.05.8 with slurmd, whose
#   states the expectations are. The last line is "N passed, N failed, N skipped".
. "$(dirname "$0")/lib.sh"
need_slurm2205 || { skip "no Slurm 22.05 here"; finish; exit; }
PORT=${1:-26700} D=$INTEROP/power
export SLURM_CONF=$D/slurm.conf
node_pids() { pgrep -f -- "-N $1 (-b )?-f $D/slurm.conf|-f $D/slurm.conf -N $1" ; }
stop() {
  local n p
  for n in n1 n2 n3 n4; do for p in $(node_pids $n); do kill "$p" 2>/dev/null; done; done
  [ -r "$D/run/ours-ctld.pid" ] && kill "$(cat "$D/run/ours-ctld.pid")" 2>/dev/null
  [ -r "$D/run/slurmctld.pid" ] && kill "$(cat "$D/run/slurmctld.pid")" 2>/dev/null
  wait_for 20 "the end" sh -c "! kill -0 \$(cat $D/run/slurmctld.pid 2>/dev/null) 2>/dev/null"
}
trap stop EXIT
stop 2>/dev/null; rm -rf "$D"; mkdir -p "$D"
if [ -n "${REAL:-}" ]; then DAEMON="slurmd -b -f $D/slurm.conf -N"; else DAEMON="setsid $TOP/bin/slurmd-agent -D -b -f $D/slurm.conf -N"; fi
cat >"$D/resume" <<R
#!/bin/bash
echo "resume \$1" >>$D/calls
cp "\$SLURM_RESUME_FILE" $D/resume.json
for n in \$(scontrol show hostnames "\$1"); do [ \$n = n3 ] || { sleep 2; $DAEMON \$n </dev/null >>$D/\$n.out 2>&1 & }; done
R
cat >"$D/suspend" <<R
#!/bin/bash
echo "suspend \$1" >>$D/calls
for n in \$(scontrol show hostnames "\$1"); do for p in \$(pgrep -f -- "-f $D/slurm.conf -N \$n\$"); do kill \$p; done; done
R
printf '#!/bin/bash\necho "fail $1" >>%s/calls\n' "$D" >"$D/fail"
chmod +x "$D"/{resume,suspend,fail}; : >"$D/calls"
printf '%s\n' "ResumeProgram=$D/resume" "SuspendProgram=$D/suspend" "ResumeFailProgram=$D/fail" SuspendTime=15 SuspendTimeout=6 \
  ResumeTimeout=30 PrivateData=cloud >"$D/extra"
PEER_NOCTLD=1 PEER_NODE_OPTS="State=CLOUD" PEER_EXTRA=$D/extra PEER_SLURMD=0 "$PEER/start-slurm.sh" 4 "$D" "$PORT" >/dev/null 2>&1
sed -i 's/ State=UNKNOWN//' "$D/slurm.conf"
if [ -n "${REAL:-}" ]; then slurmctld -f "$D/slurm.conf"; else ours_ctld "$D" || die "no controller"; fi
wait_for 30 ping sh -c 'scontrol ping | grep -q UP'
node() { scontrol show node "$1" | sed -n 's/.*State=\([^ ]*\).*/\1/p'; }
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
is "SuspendProgram was called with it" "suspend n1" tail -1 "$D/calls"
is "and is usable again after SuspendTimeout" "IDLE+CLOUD+POWERED_DOWN" node n1
B=$(sbatch --parsable -w n3 -o /dev/null --wrap 'sleep 4')
is "one that never boots" "mix#" short n3
is "is down after ResumeTimeout" "down~" short n3
is "with Slurm's reason" "ResumeTimeout reached" sh -c "scontrol show node n3 | sed -n 's/.*Reason=\(.*\) \[.*/\1/p'"
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
finish
