# Sourced after lib.sh: a cluster whose nodes are instances of the fake cloud.
# cloud_conf DIR PORT   writes slurm.conf, pools.yaml and the image's agent; the fake listens on PORT+50
cloud_conf() {
  local d=$1 port=$2 host; host=$(hostname -s)
  mkdir -p "$d"/{state,spool,log,run,cloud}
  cat >"$d/agent" <<A
#!/bin/sh
# what the image has as its agent: its state is the instance's own, giving up ends the instance
exec "$TOP/bin/slurmd-agent" -b --cloud-directory "\$FAKE_CLOUD_INSTANCE_DIRECTORY/state" --cloud-hooks "$d/hooks" \\
  --cloud-timeout "\${CLOUD_TIMEOUT:-600}" --cloud-shutdown "touch \$FAKE_CLOUD_INSTANCE_DIRECTORY/shutdown" "\$@"
A
  chmod +x "$d/agent"
  cat >"$d/slurm.conf" <<C
ClusterName=cloud
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$INTEROP/munge/munge.socket
CredType=cred/munge
StateSaveLocation=$d/state
SlurmdSpoolDir=$d/spool/%n
SlurmctldPidFile=$d/run/slurmctld.pid
SlurmdPidFile=$d/run/%n.pid
SlurmctldLogFile=$d/log/slurmctld.log
SlurmdLogFile=$d/log/%n.log
CommunicationParameters=NoInAddrAny
SlurmctldParameters=enable_configless
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SuspendTime=10
ResumeTimeout=60
ReturnToService=2
TreeWidth=65533
C
  [ -n "${CLOUD_EXTRA:-}" ] && printf '%s\n' "$CLOUD_EXTRA" >>"$d/slurm.conf"
  cat >"$d/pools.yaml" <<P
cloud:
  provider: ec2
  region: fake-region-1
  endpoint: http://127.0.0.1:$((port + 50))
  controllers: [127.0.0.1:$port]
  agent-program: $d/agent
  identity-certificates: [$d/cloud/identity.pem]
  shortage-seconds: ${CLOUD_SHORTAGE:-5}
instance-types:
  c5.large: {cpus: 1, memory: 4096}
  m5.large: {cpus: 1, memory: 8192}
groups:
  compute-1:
    max: 4
    options:
      - {types: c5.large, subnets: [subnet-0000000a, subnet-0000000b]}
      - {types: m5.large, subnets: subnet-0000000a, market: spot}
    launch-template: {id: lt-00000000000000001, version: 1}
    instance-profile: nodes
${CLOUD_GROUPS:-}
queues:
  demo:
    groups: [compute-1]
    settings: {Default: "YES"}
${CLOUD_QUEUES:-}
P
}
fake_start() { # DIR PORT
  setsid "$TOP/interop/fake-cloud" "$(($2 + 50))" "$1/cloud" </dev/null >>"$1/log/fake-cloud.out" 2>&1 &
  echo $! >"$1/run/fake-cloud.pid"
  wait_for 30 "the fake cloud" curl -sf "http://127.0.0.1:$(($2 + 50))/fake"
}
cloud_ctld() { # DIR
  AWS_ACCESS_KEY_ID=FAKECLOUDACCESSKEY AWS_SECRET_ACCESS_KEY=none AWS_EC2_METADATA_DISABLED=true \
    setsid "$TOP/bin/slurmctld-j" -D -f "$1/slurm.conf" </dev/null >>"$1/log/slurmctld-j.out" 2>&1 &
  echo $! >"$1/run/ours-ctld.pid"
  wait_for 60 "the controller" sh -c "SLURM_CONF=$1/slurm.conf scontrol ping | grep -q UP"
}
# cloud_clients RELEASE DIR PORT   DIR.RELEASE/client runs clients of that release (24.11, 26.05) on DIR's cluster; PORT+60 is theirs.
# They share DIR's munged; status 1: no such clients here
cloud_clients() {
  local r=$2.$1
  [ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null || return 1
  AUTH=munge PEER_NOCTLD=1 PEER_SLURMD=0 flock -o "${TMPDIR:-/tmp}/slurmctld-j-chroot.lock" \
    "$PEER/start-slurm-release.sh" "$1" 1 "$r" $(($3 + 60)) >"$INTEROP/clients-$1.log" 2>&1 || return 1
  cp "$2/slurm.conf" "$r/etc/slurm.conf"
}
fake() { curl -sf -X POST "http://127.0.0.1:$((PORT + 50))/fake/$1"; }
instances() { curl -sf "http://127.0.0.1:$((PORT + 50))/fake/instances"; }
cloud_munge() {
  mkdir -p "$INTEROP/munge"; chmod 755 "$INTEROP" "$INTEROP/munge"
  [ -s "$INTEROP/munge/munge.key" ] || (umask 077; head -c 128 /dev/urandom >"$INTEROP/munge/munge.key")
  [ -S "$INTEROP/munge/munge.socket" ] && kill -0 "$(cat "$INTEROP/munge/munged.pid" 2>/dev/null)" 2>/dev/null && return 0
  munged --force -S "$INTEROP/munge/munge.socket" --key-file="$INTEROP/munge/munge.key" --pid-file="$INTEROP/munge/munged.pid" \
    --log-file="$INTEROP/munge/munged.log" --seed-file="$INTEROP/munge/munged.seed"
}
