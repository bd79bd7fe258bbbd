#!/bin/bash
# interop/cloud-transcripts.sh [PORT]
#   What the user guides of AWS PCS (2024, 2026) show of Slurm, command by command, with real 24.11 clients: our controller with
#   pools.yaml, the fake cloud, a real slurmd-agent for each instance. Texts: scenarios/cloud/*.txt, run by transcript.py; what
#   cannot be as in the guide is said there. Uses PORT to PORT+60. The last line is "N passed, N failed, N skipped".
. "$(dirname "$0")/lib.sh"
. "$HERE/cloud-lib.sh"
PORT=${1:-26900} D=$INTEROP/cloud-text
need_slurm2205 || { skip "no munge here"; finish; exit; }
export SLURM_CONF=$D/slurm.conf
stop() { stop_real "$D.24.11"; end_pid "$D/run/ours-ctld.pid"; end_pid "$D/run/fake-cloud.pid"; }
trap stop EXIT
stop 2>/dev/null; rm -rf "$D"
cloud_munge || die "no munged"
need_users
CLOUD_GROUPS="
  hpc7g:
    max: 2
    options: [{types: m5.large, subnets: subnet-0000000a}]
    image: ami-00000000000000fa1
    instance-profile: nodes
  compute:
    min: 2
    max: 2
    options: [{types: m5.large, subnets: subnet-0000000b}]
    image: ami-00000000000000fa1
    instance-profile: nodes
    settings: {Features: gpu}
  test-8:
    max: 1
    boot-failures: 0
    options: [{types: c5.xlarge, subnets: subnet-0000000a}]
    image: ami-00000000000000fa1
    instance-profile: nodes" CLOUD_QUEUES="
  all: {groups: [hpc7g]}
  my-q: {groups: [test-8]}" CLOUD_EXTRA="MpiDefault=pmi2
RebootProgram=$D/reboot" cloud_conf "$D" "$PORT"
sed -i '/^instance-types:/a\  c5.xlarge: {cpus: 2, memory: 8192}' "$D/pools.yaml"
sed -i 's/^SuspendTime=.*/SuspendTime=20/' "$D/slurm.conf"
printf '#!/bin/sh\necho rebooted >>%s\n' "$D/reboots" >"$D/reboot"; chmod +x "$D/reboot"
fake_start "$D" "$PORT" || die "no fake cloud"
cloud_ctld "$D" || { tail -20 "$D/log/slurmctld-j.out" >&2; die "no controller"; }
cloud_clients 24.11 "$D" "$PORT" || { skip "no clients of 24.11: they need root and debootstrap"; finish; exit; }
# what a user types: clients of 24.11 by their names, in jobs, too
mkdir -p "$D/bin" "$D/shared"; chmod 777 "$D/shared"
for c in sinfo squeue sbatch srun salloc scontrol scancel; do
  printf '#!/bin/sh\nexport PEER_CD="$PWD"\nexec %s/client env PATH="%s/bin:/usr/bin:/bin:/usr/sbin:/sbin" /usr/bin/%s "$@"\n' "$D.24.11" "$D" $c >"$D/bin/$c"
done
# reboot-instance ID: its agent dies and comes up as after a boot
cat >"$D/bin/reboot-instance" <<R
#!/bin/sh
d=$D/cloud/\$1
for p in \$(pgrep -f -- "--cloud-directory \$d/state"); do kill \$p; done
while pgrep -f -- "--cloud-directory \$d/state" >/dev/null; do sleep 0.1; done
sleep 2 # boot times count in seconds
FAKE_CLOUD_INSTANCE=\$1 FAKE_CLOUD_INSTANCE_DIRECTORY=\$d AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:$((PORT + 50))/imds/\$1 setsid \$d/part-002 </dev/null >>\$d/console.log 2>&1 &
R
chmod +x "$D"/bin/*
export PATH=$D/bin:$PATH CLOUD=$D CLIENT=$D.24.11/client FAKE=http://127.0.0.1:$((PORT + 50))/fake CTLD_LOG=$D/log/slurmctld.log
cd "$D/shared" || exit 1
files=("$HERE"/scenarios/cloud/*.txt)
if command -v mpicc.mpich >/dev/null; then mpicc.mpich -o hello "$HERE/scenarios/cloud/hello.c"; else
  skip "A4, T4: no MPICH (libmpich-dev)"; files=($(printf '%s\n' "${files[@]}" | grep -v mpi)); fi
printf '%s\n' '#!/bin/bash' '#SBATCH -J single' '#SBATCH -o single.%j.out' '#SBATCH -e single.%j.err' \
  'echo "This is job ${SLURM_JOB_NAME} [${SLURM_JOB_ID}] running on ${SLURMD_NODENAME}, submitted from ${SLURM_SUBMIT_HOST}" && sleep 2 && echo "Job complete"' >job.sh
printf '%s\n' '#!/bin/bash' '#SBATCH -J multi' '#SBATCH -o multi.out' '#SBATCH -e multi.err' '#SBATCH --exclusive' '#SBATCH --nodes=4' \
  '#SBATCH --ntasks-per-node=1' 'srun ./hello' >hello.sh
python3 "$HERE/transcript.py" "${files[@]}" | tee "$D/result"
set -- $(tail -1 "$D/result" | tr -dc '0-9 ')
PASSED=$1 FAILED=$2
finish
