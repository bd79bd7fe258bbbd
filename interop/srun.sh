#!/bin/bash
# srun.sh RELEASE AUTH [port] [slurmd|agent]    RELEASE 22.05, 24.11 or 26.05, AUTH munge or slurm
#
# Real srun, salloc, sattach, sbcast and sstat of a release run scenarios/srun.txt line by line: against the real
# slurmctld with real slurmd, and against our controller with real slurmd of that release (or with our slurmd-agent).
# The same text and exit status, but for what masks.sed and the masks below say; differences are left under
# $INTEROP/diff-srun-*. LINES_LIKE=regex runs only the lines that match.
. "$(dirname "$0")/lib.sh"
REL=${1:?usage: srun.sh RELEASE AUTH [port] [slurmd|agent]} AUTH=${2:-munge} PORT=${3:-21430} DAEMON=${4:-slurmd}
NODES=3
[ "$(id -u)" = 0 ] || { skip "srun $REL $AUTH: needs root"; finish; exit; }
need_slurm2205 || { skip "srun $REL $AUTH: Slurm's packages cannot be installed here"; finish; exit; }
A=$INTEROP/real-srun-$REL-$AUTH B=$INTEROP/ours-srun-$REL-$AUTH
OUT=$INTEROP/diff-srun-$REL-$AUTH-$DAEMON; rm -rf "$OUT"; mkdir -p "$OUT"
printf 'SelectTypeParameters=CR_Core_Memory\nJobAcctGatherType=jobacct_gather/linux\nJobAcctGatherFrequency=1\n' >"$OUT/extra.conf"
export PEER_CPUS=8 PEER_MEM=8000 PEER_NODE_OPTS='Sockets=2 CoresPerSocket=4 ThreadsPerCore=1' PEER_EXTRA=$OUT/extra.conf
export PEER_DROP='^(SelectTypeParameters|JobAcctGatherType|JobAcctGatherFrequency)='
stop_real "$A"; stop_real "$B"; stop_ours "$B"
trap 'stop_ours "$B"; stop_real "$A"; stop_real "$B"' EXIT
write_conf "$REL" "$AUTH" "$A" "$PORT" 0 $NODES || die "the real $REL did not start"
write_conf "$REL" "$AUTH" "$B" $((PORT + 30)) 1 $NODES || die "no configuration"
case $DAEMON in
  agent) ours "$B" $NODES || { fail "ours did not come up on $B"; finish; exit 1; } ;;
  slurmd)
    mkdir -p "$B/log" "$B/run"
    ours_ctld "$B" || { fail "our controller did not come up on $B"; finish; exit 1; }
    for i in $(seq $NODES); do in_cluster "$B" slurmd -N "n$i" >>"$B/log/slurmd.out" 2>&1 </dev/null; done
    wait_for 60 "real slurmds of ours" ours_idle "$B" $NODES || { fail "no slurmd registered"; finish; exit 1; } ;;
  *) die "node daemon $DAEMON: slurmd or agent" ;;
esac
quiet() { # DIR   nothing runs and every node is idle
  [ -z "$(in_cluster "$1" squeue -h -t PD,R,CG 2>/dev/null)" ] && [ "$(in_cluster "$1" sinfo -h -N -t idle -o %N | sort -u | wc -l)" -ge $NODES ]
}
# job and process numbers differ, and the milliseconds of 26.05's slurmstepd; the rest of a line must not
srun_masks='s#(StepId=|STEP |job |JobId=|allocation )[0-9]+#\1@JOB@#g; s#Pid=[^ ]*#Pid=@PID@#g; s#^ *[0-9]+ (Killed|Terminated)#\1#; s#: line [0-9]+: +[0-9]+#: line@#g; s#\bn[0-9] #& #g; s#^(\[[^] ]*)\.[0-9]{3}\]#\1.mmm]#'
side() { # DIR COMMANDLINE
  local d=$1 line=$2
  wait_for 30 "idle nodes in $d" quiet "$d"
  { ( cd /tmp; [ "$d:$DAEMON" != "$B:agent" ] || line="PATH=$RELEASE_PATH\$PATH; $line"; in_cluster "$d" timeout 40 bash -c "$line" </dev/null 2>&1 ); echo "exit status $?"; } |
    grep -vE 'queued and waiting|has been allocated|step creation (temporarily disabled|still disabled)|Step created' |
    sed -E -f "$HERE/masks.sed" | sed -E "$srun_masks" | sort |
    # salloc on its way out hears of its job's end, or is gone before
    awk '/Relinquishing/ { out = 1 } { line[NR] = $0 } END { for (i = 1; i <= NR; i++) if (!(out && line[i] ~ /has been revoked/)) print line[i] }'
}
[ "$DAEMON" = slurmd ] || release_path "$B"
n=0
while IFS= read -r line; do
  case $line in ''|'#'*) continue ;; esac
  [ -z "${LINES_LIKE:-}" ] || [[ $line =~ $LINES_LIKE ]] || continue
  n=$((n + 1))
  side "$A" "$line" >"$OUT/$n.real"; side "$B" "$line" >"$OUT/$n.ours"
  if diff "$OUT/$n.real" "$OUT/$n.ours" >"$OUT/$n.diff"; then
    pass "$line"; rm -f "$OUT/$n".*
  else
    fail "$(printf '%s' "$line" | cut -c1-150)"; echo "$line" >"$OUT/$n.line"; sed 's/^/       /' "$OUT/$n.diff" | head -8
  fi
done <"$HERE/scenarios/srun.txt"
finish
