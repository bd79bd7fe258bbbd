# Sourced by bin/quickstart --cloud after slurm.conf is written: the pools and what the image has as its agent.
# Instances share this machine: what is one node's only has its name in it.
sed -i -e "s|^SlurmdSpoolDir=.*|SlurmdSpoolDir=$DIR/spool/%n|" -e "s|^SlurmdPidFile=.*|SlurmdPidFile=$DIR/run/%n.pid|" \
  -e "s|^SlurmdLogFile=.*|SlurmdLogFile=$DIR/log/%n.log|" -e 's/CR_Core_Memory/CR_CPU/' -e '/^NodeName=/d' -e '/^PartitionName=/d' "$CONF"
cat >>"$CONF" <<C
CommunicationParameters=NoInAddrAny
SlurmdParameters=config_overrides
SlurmctldParameters=enable_configless
SuspendTime=10
ResumeTimeout=120
C
cat >"$DIR/image-agent" <<A
#!/bin/sh
# the image's slurmd-agent: its state is the instance's own, giving up ends the instance
exec "$TOP/bin/slurmd-agent" -b --cloud-directory "\$FAKE_CLOUD_INSTANCE_DIRECTORY/state" \\
  --cloud-shutdown "touch \$FAKE_CLOUD_INSTANCE_DIRECTORY/shutdown" "\$@"
A
chmod +x "$DIR/image-agent"
cat >"$DIR/pools.yaml" <<P
# Nodes that exist while jobs need them (all that can be said here: conf/ec2-cluster/pools.yaml)
cloud:
  provider: ec2
  region: fake-region-1
  endpoint: http://127.0.0.1:$((port + 2))
  controllers: ["127.0.0.1:$port"]
  agent-program: $DIR/image-agent
  identity-certificates: [$DIR/cloud/identity.pem]
instance-types:
  c5.large: {cpus: 1, memory: 4096}
groups:
  compute-1:
    max: 4
    options:
      - {types: c5.large, subnets: [subnet-0000000a, subnet-0000000b]}
    launch-template: {id: lt-00000000000000001, version: 1}
    instance-profile: nodes
queues:
  demo:
    groups: [compute-1]
    settings: {Default: "YES"}
P
