#!/bin/bash
# gres-steps.sh RELEASE AUTH [port] [slurmd|agent]    RELEASE 22.05, 24.11 or 26.05, AUTH munge or slurm
#
# Jobs and steps with generic resources: scenarios/gres-steps.txt line by line against the real slurmctld with real
# slurmd, and against our controller with real slurmd of that release (or with our slurmd-agent), on nodes with device
# files made by mknod. The same text and exit status, but for masks.sed and the masks below; differences are left under
# $INTEROP/diff-gres-*. LINES_LIKE=regex runs only the lines that match, COMMANDS=file other lines.
. "$(dirname "$0")/lib.sh"
REL=${1:?usage: gres-steps.sh RELEASE AUTH [port] [slurmd|agent]} AUTH=${2:-munge} PORT=${3:-21530} DAEMON=${4:-slurmd}
NODES=5
[ "$(id -u)" = 0 ] || { skip "gres steps $REL $AUTH: needs root"; finish; exit; }
need_slurm2205 || { skip "gres steps $REL $AUTH: Slurm's packages cannot be installed here"; finish; exit; }
# Long node names make long names of slurmstepd's sockets: a short directory.
A=/tmp/sj-gres-$PORT/r B=/tmp/sj-gres-$PORT/o; mkdir -p "/tmp/sj-gres-$PORT"
OUT=$INTEROP/diff-gres-$REL-$AUTH-$DAEMON; rm -rf "$OUT"; mkdir -p "$OUT"
DEV=/tmp/slurmctld-j-devices; mkdir -p "$DEV"   # a short name: it is part of what is compared
for i in 0 1 2 3; do [ -e "$DEV/nvidia$i" ] || mknod -m 666 "$DEV/nvidia$i" c 1 3; done
export PEER_GRES=$OUT/gres.conf
cat >"$PEER_GRES" <<X
NodeName=n1 Name=gpu Type=tesla File=$DEV/nvidia[0-1]
NodeName=n1 Name=gpu Type=kepler File=$DEV/nvidia[2-3]
NodeName=n1 Name=lic Count=5
NodeName=n2 Name=gpu File=$DEV/nvidia[0-1]
NodeName=n3 Name=gpu File=$DEV/nvidia[0-3]
NodeName=compute-gpu-st-distributed-ml-[1-2] Name=gpu Type=a10g File=$DEV/nvidia0
X
export PEER_CPUS=8 PEER_MEM=8000 PEER_DROP='^(SelectTypeParameters=|NodeName=|PartitionName=|JobAcctGather|SlurmctldParameters=)'
conf() { # DIR PORT NOCTLD
  local h n=1; h=$(hostname -s)
  {
    printf 'SelectTypeParameters=CR_Core_Memory\nGresTypes=gpu,lic\nDefMemPerCPU=100\n'
    for more in "NodeName=n1 Gres=gpu:tesla:2,gpu:kepler:2,lic:5" "NodeName=n2 Gres=gpu:2" "NodeName=n3 Gres=gpu:4" \
      "NodeName=compute-gpu-st-distributed-ml-1 Gres=gpu:a10g:1" "NodeName=compute-gpu-st-distributed-ml-2 Gres=gpu:a10g:1"; do
      echo "$more NodeHostname=$h NodeAddr=127.0.0.1 Port=$(($2 + 20 + n)) Sockets=2 CoresPerSocket=4 ThreadsPerCore=1 RealMemory=8000 State=UNKNOWN"
      n=$((n + 1))
    done
    echo "PartitionName=debug Nodes=n[1-3] Default=YES MaxTime=INFINITE State=UP"
    echo "PartitionName=compute-gpu Nodes=compute-gpu-st-distributed-ml-[1-2] OverSubscribe=EXCLUSIVE MaxTime=INFINITE State=UP"
  } >"$OUT/extra.$2"
  PEER_EXTRA=$OUT/extra.$2 PEER_SLURMD=0 write_conf "$REL" "$AUTH" "$1" "$2" "$3" 0 || return
  # slurm.conf there is a link into etc: our agent looks for gres.conf beside the link
  [ ! -e "$1/etc/gres.conf" ] || ln -sf etc/gres.conf "$1/gres.conf"
}
names="n1 n2 n3 compute-gpu-st-distributed-ml-1 compute-gpu-st-distributed-ml-2"
slurmds() { local n; for n in $names; do in_cluster "$1" slurmd -N "$n" >>"$1/log/slurmd.out" 2>&1 </dev/null; done; }
stop_real "$A"; stop_real "$B"; stop_ours "$B"
trap 'stop_ours "$B"; stop_real "$A"; stop_real "$B"' EXIT
conf "$A" "$PORT" 0 || die "the real $REL did not start"
slurmds "$A"
conf "$B" $((PORT + 40)) 1 || die "no configuration"
mkdir -p "$B/log" "$B/run"
ours_ctld "$B" || { fail "our controller did not come up on $B"; finish; exit 1; }
case $DAEMON in
  agent) for n in $names; do ours_agent "$B" "$n"; done ;;
  slurmd) slurmds "$B" ;;
  *) die "node daemon $DAEMON: slurmd or agent" ;;
esac
wait_for 60 "nodes of the real one" ours_idle "$A" $NODES || { fail "the real nodes did not come up"; finish; exit 1; }
wait_for 60 "nodes of ours" ours_idle "$B" $NODES || { fail "our nodes did not come up"; finish; exit 1; }
quiet() { # DIR   nothing runs and every node is idle
  [ -z "$(in_cluster "$1" squeue -h -t PD,R,CG 2>/dev/null)" ] && [ "$(in_cluster "$1" sinfo -h -N -t idle -o %N | sort -u | wc -l)" -ge $NODES ]
}
gres_masks='s#(StepId=|STEP |job |JobId=|allocation |^JOBID *)[0-9]+#\1@JOB@#g; s#Pid=[^ ]*#Pid=@PID@#g; s#^ *[0-9]+ (Killed|Terminated)#\1#; s#\bn[0-9] #& #g'
side() { # DIR COMMANDLINE
  local d=$1 line=$2
  wait_for 30 "idle nodes in $d" quiet "$d"
  { ( cd /tmp; [ "$d:$DAEMON" != "$B:agent" ] || line="PATH=$RELEASE_PATH\$PATH; $line"; export E='printenv | grep -E "^(CUDA|ROCR|ZE_|GPU_|SLURM[A-Z_]*(GPUS|TRES_BIND))" | sort | tr "\n" " "; echo'; in_cluster "$d" timeout 60 bash -c "$line" </dev/null 2>&1 ); echo "exit status $?"; } |
    grep -vE 'queued and waiting|has been allocated|step creation (temporarily disabled|still disabled)|Step created|Relinquishing|has been revoked' |
    sed -E -f "$HERE/masks.sed" | sed -E "$gres_masks" | sort
}
[ "$DAEMON" = slurmd ] || release_path "$B"
n=0
while IFS= read -r line; do
  case $line in ''|'#'*) continue ;; esac
  [ -z "${LINES_LIKE:-}" ] || [[ $line =~ $LINES_LIKE ]] || continue
  n=$((n + 1))
  side "$A" "$line" >"$OUT/$n.real" & real=$!
  side "$B" "$line" >"$OUT/$n.ours"; wait $real
  if diff "$OUT/$n.real" "$OUT/$n.ours" >"$OUT/$n.diff"; then
    pass "$line"; rm -f "$OUT/$n".*
  else
    fail "$(printf '%s' "$line" | cut -c1-150)"; echo "$line" >"$OUT/$n.line"; sed 's/^/       /' "$OUT/$n.diff" | head -"${LINES_SHOWN:-8}"
  fi
done <"${COMMANDS:-$HERE/scenarios/gres-steps.txt}"
finish
