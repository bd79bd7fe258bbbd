#!/bin/bash
# interop/bad-pools.sh [PORT]
#   Bad pools.yaml: for each, scontrol reconfigure of real 22.05 and 24.11 and of our own client, and --print-pools, tell every fault;
#   the running configuration and a running job stay as they are. Our controller, the AWS SDK, the fake cloud (a fake, real EC2 is not
#   exercised). Also: a controller starts at once though its cloud is away or silent. Uses PORT to PORT+70.
#   The last line is "N passed, N failed, N skipped".
. "$(dirname "$0")/lib.sh"
. "$HERE/cloud-lib.sh"
PORT=${1:-27300} D=$INTEROP/bad-pools
need_slurm2205 || { skip "no Slurm 22.05 here"; finish; exit; }
export SLURM_CONF=$D/slurm.conf
stop() { stop_real "$D.24.11"; end_pid "$D/run/ours-ctld.pid"; end_pid "$D/run/fake-cloud.pid"; end_pid "$D/run/silent.pid"; }
trap stop EXIT
stop 2>/dev/null; rm -rf "$D"
cloud_munge || die "no munged"
CLOUD_GROUPS="" CLOUD_QUEUES="" CLOUD_EXTRA="" cloud_conf "$D" "$PORT"
fake_start "$D" "$PORT" || die "no fake cloud"
cloud_ctld "$D" || { tail -20 "$D/log/slurmctld-j.out" >&2; die "no controller"; }
clients="22.05 ours"
cloud_clients 24.11 "$D" "$PORT" && clients="22.05 24.11 ours" || skip "clients of 24.11: they need root and debootstrap"
cp "$D/pools.yaml" "$D/good.yaml"
J=$(sbatch --parsable -N1 -o /dev/null --wrap 'sleep 600')
wait_for 60 "the job" sh -c "[ \"\$(squeue -h -j $J -o %t)\" = R ]" || fail "no job runs"
state() { sinfo -h -N -o '%N %P %T %c %m %f'; scontrol show node compute-1-1 | grep -o 'InstanceId=[^ ]*'; squeue -h -o '%i %t %N'; }
before=$(state)
reconfigure() { # CLIENT
  case $1 in
    22.05) scontrol reconfigure ;;
    24.11) "$D.24.11/client" scontrol reconfigure ;;
    ours) "$TOP/bin/scontrol" reconfigure ;;
  esac
}
bad() { # WHAT LINE...   pools.yaml is $D/pools.yaml; each LINE must be told
  local what=$1 c line out status missing; shift
  for c in $clients print; do
    if [ $c = print ]; then
      AWS_ACCESS_KEY_ID=FAKECLOUDACCESSKEY AWS_SECRET_ACCESS_KEY=none AWS_EC2_METADATA_DISABLED=true \
        timeout 90 "$TOP/bin/slurmctld-j" --print-pools -f "$D/slurm.conf" >"$D/out" 2>&1; status=$?
    else
      timeout 90 sh -c : ; reconfigure $c >"$D/out" 2>&1; status=$?
    fi
    missing=
    for line in "$@"; do grep -qF -- "$line" "$D/out" || missing="$missing [$line]"; done
    # 22.05 prints Slurm's own sentence of the error number; the faults stand in the log
    if [ $c = 22.05 ]; then
      missing=
      for line in "$@"; do grep -qF -- "$line" "$D/log/slurmctld.log" || missing="$missing [$line]"; done
    fi
    if [ $status -ne 0 ] && [ -z "$missing" ]; then pass "$what: $c"; else fail "$what: $c: status $status, missing$missing in: $(head -c 600 "$D/out")"; fi
  done
  [ "$(state)" = "$before" ] && pass "$what: nothing changed" || fail "$what: state changed: $(diff <(echo "$before") <(state) | head -3)"
  cp "$D/good.yaml" "$D/pools.yaml"
}
edit() { sed -E "$@" "$D/good.yaml" >"$D/pools.yaml"; }
# what every client says: kept in out.CLIENT of the first case
edit 's/^    max: 4/    min: 5\n    max: 4/'
bad "min > max" "group compute-1: min 5 is more than max 4"
edit 's/^queues:/  compute-1: {max: 1, image: ami-1, options: [{types: c5.large, subnets: subnet-0000000a}]}\nqueues:/'
bad "duplicate names" "duplicate name compute-1 in file.groups"
edit 's/^  c5.large: .*/  c5.large: {cpus: 1, memory: 4096}\n  c7g.large: {cpus: 1, memory: 4096, arch: arm64}/; s/types: c5.large/types: [c5.large, c7g.large]/'
bad "mixed architectures" "group compute-1 mixes architectures"
edit 's/lt-00000000000000001/lt-0000000000000beef/'
bad "unknown template" "InvalidLaunchTemplateId"
edit 's/subnet-0000000b/subnet-00000bad/'
bad "unknown subnet" "subnet subnet-00000bad is not known in fake-region-1"
fake "fault?what=error&code=AuthFailure&action=DescribeInstanceTypes"
fake "fault?what=error&code=AuthFailure&action=DescribeLaunchTemplateVersions"
fake "fault?what=error&code=AuthFailure&action=DescribeSubnets"
edit 's/^    max: 4/    max: 5/'
bad "wrong credentials" "AuthFailure"
fake clear
fake "fault?what=error&code=UnauthorizedOperation&action=RunInstances"
edit 's/^    max: 4/    max: 5/'
bad "denied actions: RunInstances" "UnauthorizedOperation"
fake clear
# PCS's limits and a name of everything that may be wrong, in one answer
edit 's/^    max: 4/    min: 5\n    max: 4\n    hooks: 1/; s/^queues:/  1g: {max: 1, image: ami-1, options: [{types: nope, subnets: s}]}\n  a-name-of-more-than-25-letters: {max: 1, image: ami-1, options: [{types: c5.large, subnets: subnet-0000000a}]}\nqueues:\n  q: {groups: [nosuch]}\n  a-queue-of-more-than-25-letters: {groups: [compute-1], settings: {MaxTime: soon, State: UP}}/; s/version: 1/version: $Latest/'
bad "every fault in one answer" "min 5 is more than max 4" "unknown name hooks" "group name 1g must begin with a letter" \
  "group name a-name-of-more-than-25-letters is longer than 25 characters" "nosuch" "queue name a-queue-of-more-than-25-letters is longer than 25 characters" \
  "State is no setting of it" "a launch template's version is a number, not \$Latest"
# ---- a good one is taken
edit 's/^    max: 4/    max: 5/'
scontrol reconfigure && [ "$(sinfo -h -o %D | awk '{ s += $1 } END { print s }')" = 5 ] && pass "a good one is taken" || fail "a good one: $(sinfo -h)"
[ "$(squeue -h -j "$J" -o %t)" = R ] && pass "the job runs on" || fail "the job: $(squeue -h -j "$J")"
scancel "$J"
# ---- a controller whose cloud is away, or takes connections and never answers, starts at once
end_pid "$D/run/fake-cloud.pid"; end_pid "$D/run/ours-ctld.pid"
starts() { # WHAT
  local t0 t1; t0=$(date +%s%N)
  cloud_ctld "$D" || { fail "$1: no controller"; return; }
  t1=$(date +%s%N)
  [ $(((t1 - t0) / 1000000)) -lt 20000 ] && pass "$1: it answers after $(((t1 - t0) / 1000000)) ms" || fail "$1: $(((t1 - t0) / 1000000)) ms"
  [ "$(sbatch --parsable -N1 --hold --wrap true | wc -l)" = 1 ] && pass "$1: it takes jobs" || fail "$1: no job"
  end_pid "$D/run/ours-ctld.pid"
}
starts "the cloud is away"
python3 -c 'import socket, time
s = socket.create_server(("127.0.0.1", '$((PORT + 50))')); s.listen(99); kept = []
while True: kept.append(s.accept())' & echo $! >"$D/run/silent.pid"
starts "the cloud takes connections and never answers"
finish
