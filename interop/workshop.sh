#!/bin/bash
# interop/workshop.sh [PORT]
#   The cluster of the ParallelCluster workshop (docs/parallelcluster-workshop.md maps its YAML to these files): two static nodes
#   compute-gpu-st-distributed-ml-[1-2] with a GPU each, State=CLOUD, started and stopped by programs that do what ParallelCluster's
#   slurm_resume does (the resume file, scontrol update nodeaddr); our controller, our slurmd-agents, real 24.11 clients with the
#   workshop's command lines. Uses PORT to PORT+70. The last line is "N passed, N failed, N skipped".
. "$(dirname "$0")/lib.sh"
. "$HERE/cloud-lib.sh"
# ws: with these node names a longer directory would make SlurmdSpoolDir too long for the sockets in it (67 bytes)
PORT=${1:-27200} D=$INTEROP/ws NODES='compute-gpu-st-distributed-ml-[1-2]' N1=compute-gpu-st-distributed-ml-1 N2=compute-gpu-st-distributed-ml-2
need_slurm2205 || { skip "no munge here"; finish; exit; }
[ "$(id -u)" = 0 ] || { skip "the workshop's cluster needs root (device files, chroot)"; finish; exit; }
stop() {
  local n
  stop_real "$D.24.11"
  for n in $N1 $N2; do end_pid "$D/run/agent-$n.pid"; done
  end_pid "$D/run/ours-ctld.pid"
}
trap stop EXIT
stop 2>/dev/null; rm -rf "$D"; mkdir -p "$D"/{state,spool,log,run,dev,etc/pcluster}
cloud_munge || die "no munged"
need_users
mknod -m 666 "$D/dev/nvidia0" c 1 3
# slurm_resume in small: reads which nodes are wanted from the resume file, starts them, tells their addresses. slurm_suspend ends them.
cat >"$D/resume" <<R
#!/bin/bash
cp "\$SLURM_RESUME_FILE" "$D/resume.json"
for n in \$(scontrol show hostnames "\$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["all_nodes_resume"])' "\$SLURM_RESUME_FILE")"); do
  scontrol update nodename=\$n nodeaddr=127.0.0.1 nodehostname=ip-\${n##*-}
  setsid "$TOP/bin/slurmd-agent" -D -b -N \$n -f "$D/slurm.conf" </dev/null >>"$D/log/agent-\$n.out" 2>&1 &
  echo \$! >"$D/run/agent-\$n.pid"
  echo "resumed \$n" >>"$D/calls"
done
R
cat >"$D/suspend" <<R
#!/bin/bash
for n in \$(scontrol show hostnames "\$1"); do kill "\$(cat "$D/run/agent-\$n.pid")"; scontrol update nodename=\$n nodeaddr=\$n nodehostname=\$n; echo "suspended \$n" >>"$D/calls"; done
R
chmod +x "$D/resume" "$D/suspend"; : >"$D/calls"
# what the cookbook writes into slurm.conf, and what of this machine it must say otherwise
cat >"$D/slurm.conf" <<C
ClusterName=parallelcluster
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$PORT-$((PORT + 3))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$INTEROP/munge/munge.socket,cred_expire=70
CredType=cred/munge
StateSaveLocation=$D/state
SlurmdSpoolDir=$D/spool/%n
SlurmctldPidFile=$D/run/slurmctld.pid
SlurmdPidFile=$D/run/%n.pid
SlurmctldLogFile=$D/log/slurmctld.log
SlurmdLogFile=$D/log/%n.log
MessageTimeout=60
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=1
SlurmctldParameters=idle_on_node_suspend,power_save_min_interval=1,node_reg_mem_percent=75
SlurmdParameters=config_overrides
SlurmdTimeout=180
UnkillableStepTimeout=180
EnforcePartLimits=ALL
SchedulerType=sched/backfill
SchedulerParameters=nohold_on_prolog_fail
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReconfigFlags=KeepPartState
PrivateData=cloud
TreeWidth=65533
ResumeTimeout=1800
SuspendTimeout=10
ResumeRate=0
SuspendRate=0
ResumeProgram=$D/resume
SuspendProgram=$D/suspend
ResumeFailProgram=$D/suspend
SuspendTime=600
JobCompType=jobcomp/none
GresTypes=gpu
include $D/etc/pcluster/slurm_parallelcluster.conf
include $D/etc/pcluster/custom_slurm_settings_include_file_slurm.conf
C
cat >"$D/etc/pcluster/slurm_parallelcluster.conf" <<C
include $D/etc/pcluster/slurm_parallelcluster_compute-gpu_partition.conf
SuspendExcNodes=$NODES
C
cat >"$D/etc/pcluster/slurm_parallelcluster_compute-gpu_partition.conf" <<C
NodeName=$NODES CPUs=16 RealMemory=124518 State=CLOUD Feature=static,g5.8xlarge,distributed-ml,efa,gpu Weight=1000 Gres=gpu:a10g:1 Port=[$((PORT + 11))-$((PORT + 12))]
NodeSet=compute-gpu_nodes Nodes=$NODES
PartitionName=compute-gpu Nodes=compute-gpu_nodes MaxTime=INFINITE State=UP Default=YES OverSubscribe=EXCLUSIVE
C
# CustomSlurmSettings, at the end: the last of a repeated key counts
cat >"$D/etc/pcluster/custom_slurm_settings_include_file_slurm.conf" <<C
JobCompType=jobcomp/filetxt
JobCompLoc=$D/slurm-job-completions.txt
JobAcctGatherType=jobacct_gather/linux
SlurmdTimeout=1000
ResumeTimeout=7200
SuspendTime=-1
C
echo "NodeName=$NODES Name=gpu Type=a10g File=$D/dev/nvidia0" >"$D/gres.conf"
export SLURM_CONF=$D/slurm.conf
mkdir -p "$D/run" "$D/log"
setsid "$TOP/bin/slurmctld-j" -D -f "$D/slurm.conf" </dev/null >>"$D/log/slurmctld-j.out" 2>&1 &
echo $! >"$D/run/ours-ctld.pid"
wait_for 60 "the controller" sh -c "scontrol ping | grep -q UP" || { tail -20 "$D/log/slurmctld-j.out" >&2; die "no controller"; }
cloud_clients 24.11 "$D" "$PORT" || { skip "no clients of 24.11: they need root and debootstrap"; finish; exit; }
c() { "$D.24.11/client" "$@"; }
is() { # WHAT EXPECTED COMMAND...   within 60 s
  local what=$1 want=$2 got end=$((SECONDS + 60)); shift 2
  while got=$("$@" 2>&1); [ "$got" != "$want" ] && [ $SECONDS -lt $end ]; do sleep 0.2; done
  if [ "$got" = "$want" ]; then pass "$what"; else fail "$what: '$got', expected '$want'"; fi
}
conf() { c scontrol show config | sed -n "s/^$1 *= //p"; }
node() { c scontrol show node "$1" | grep -o "$2=[^ ]*"; }

is "sinfo: the queue with its two nodes, off" "compute-gpu*    up   infinite      2  idle~ $NODES" sh -c "$D.24.11/client sinfo -h"
is "the last of a repeated key counts: ResumeTimeout" "7200 sec" conf ResumeTimeout
is "SlurmdTimeout of CustomSlurmSettings" "1000 sec" conf SlurmdTimeout
is "ScaledownIdletime -1: nothing is switched off by itself" INFINITE conf SuspendTime
is "static nodes are excluded from it anyway" "$NODES" conf SuspendExcNodes
is "JobExclusiveAllocation" "OverSubscribe=EXCLUSIVE" sh -c "$D.24.11/client scontrol show partition compute-gpu | grep -o 'OverSubscribe=[A-Z]*'"
# static nodes: clustermgtd powers them up
c scontrol update nodename="$NODES" state=power_up && pass "both are powered up" || fail "power_up"
is "ResumeProgram got both" "resumed $N1
resumed $N2" sort "$D/calls"
is "they come up" "compute-gpu*    up   infinite      2   idle $NODES" sh -c "$D.24.11/client sinfo -h"
is "as a resume file says" "$NODES" python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["all_nodes_resume"])' "$D/resume.json"
is "the GPU is its resource" "Gres=gpu:a10g:1" node $N1 Gres
is "the address that was told" "NodeAddr=127.0.0.1" node $N1 NodeAddr
is "the host name that was told" "NodeHostName=ip-2" node $N2 NodeHostName
is "features of the compute resource" "AvailableFeatures=static,g5.8xlarge,distributed-ml,efa,gpu" node $N1 AvailableFeatures
# the workshop's command lines; nvidia-smi is what says which GPU is seen
printf '#!/bin/sh\necho "$SLURMD_NODENAME GPU $CUDA_VISIBLE_DEVICES of $SLURM_GPUS_ON_NODE"\n' >"$D/nvidia-smi"; chmod 755 "$D/nvidia-smi"
is "srun --gpus-per-node=1 nvidia-smi" "$N1 GPU 0 of 1" sh -c "$D.24.11/client srun --partition=compute-gpu --nodes=1 --ntasks=1 --gpus-per-node=1 $D/nvidia-smi"
is "on both nodes" "$N1 GPU 0 of 1
$N2 GPU 0 of 1" sh -c "$D.24.11/client srun -p compute-gpu --nodes=2 --ntasks-per-node=1 --gpus-per-node=1 $D/nvidia-smi | sort"
J=$(c sbatch --parsable -p compute-gpu -N1 --gpus-per-node=1 -o "$D/job.out" --wrap 'sleep 20')
is "a job runs" R sh -c "$D.24.11/client squeue -h -j $J -o %t"
c scontrol show job "$J" >"$D/job"
grep -q 'OverSubscribe=NO' "$D/job" && grep -q 'NumCPUs=16' "$D/job" && pass "it has its node alone, all 16 CPUs" || fail "job: $(grep -E 'NumCPUs|OverSub' "$D/job" | tr '\n' ' ')"
grep -q 'TresPerNode=gres/gpu:1' "$D/job" && pass "scontrol show job: the GPU" || fail "TresPerNode: $(grep -i tres "$D/job" | tr '\n' ' ')"
is "squeue -u" "$J compute-gpu R" sh -c "$D.24.11/client squeue -h -u root -o '%i %P %t'"
is "sinfo: one in use" "alloc 1 idle 1 " sh -c "$D.24.11/client sinfo -h -o '%t %D' | sort | tr '\n' ' '"
c scancel "$J"
is "nothing is left of it" "" sh -c "$D.24.11/client squeue -h"
is "JobCompType of CustomSlurmSettings: the job's line" CANCELLED sed -n "s/^JobId=$J .* JobState=\([A-Z]*\) Partition=compute-gpu .*/\1/p" "$D/slurm-job-completions.txt"
# clustermgtd replaces an unhealthy static node: down, power_down_force, power_up
c scontrol update nodename=$N2 state=down reason="(Code:InsufficientInstanceCapacity)Failure when resuming nodes" && \
  c scontrol update nodename=$N2 state=power_down_force && pass "an unhealthy one is forced down" || fail "power_down_force"
is "SuspendProgram was called for it" "suspended $N2" sh -c "grep suspended $D/calls"
is "and with idle_on_node_suspend it is idle, off" "State=IDLE+CLOUD+POWERED_DOWN" sh -c "$D.24.11/client scontrol show node $N2 | grep -o 'State=[^ ]*'"
c scontrol update nodename=$N2 state=power_up
is "another comes in its place" "compute-gpu*    up   infinite      2   idle $NODES" sh -c "$D.24.11/client sinfo -h"
# scontrol update SuspendExcNodes (24.11)
c scontrol update SuspendExcNodes-=$N2 && is "an exclusion is taken back" "$N1" conf SuspendExcNodes
# what of the YAML this controller has not is refused by its name
cp "$D/slurm.conf" "$D/refused.conf"; echo "JobCompType=jobcomp/script" >>"$D/refused.conf"
timeout 60 "$TOP/bin/slurmctld-j" -D -f "$D/refused.conf" >"$D/refused.out" 2>&1
grep -q "JobCompType=jobcomp/script is not supported yet" "$D/refused.out" && pass "JobCompType=jobcomp/script is refused by name" || fail "jobcomp/script: $(head -3 "$D/refused.out")"
finish
