#!/bin/bash
# interop/cloud.sh [PORT]
#   Nodes that are bought: our controller with pools.yaml, the AWS SDK, the fake cloud (interop/fake-cloud: a fake, real EC2 is
#   not exercised) and a real slurmd-agent for each instance; real 22.05 clients. Uses PORT to PORT+50 and 127.77/16.
#   The last line is "N passed, N failed, N skipped".
. "$(dirname "$0")/lib.sh"
. "$HERE/cloud-lib.sh"
need_slurm2205 || { skip "no Slurm 22.05 here"; finish; exit; }
PORT=${1:-26800} D=$INTEROP/cloud
export SLURM_CONF=$D/slurm.conf
stop() { stop_real "$D.24.11"; end_pid "$D/run/ours-ctld.pid"; end_pid "$D/run/fake-cloud.pid"; }
trap stop EXIT
stop 2>/dev/null; rm -rf "$D"
cloud_munge || die "no munged"
CLOUD_GROUPS="
  broken:
    max: 2
    boot-failures: 2
    resume-timeout: 15
    options: [{types: c5.xlarge, subnets: subnet-0000000a}]
    image: ami-00000000000000fa1
    instance-profile: nodes" CLOUD_QUEUES="
  broken: {groups: [broken]}" CLOUD_EXTRA="" cloud_conf "$D" "$PORT"
sed -i '/^instance-types:/a\  c5.xlarge: {cpus: 2, memory: 8192}' "$D/pools.yaml"
fake_start "$D" "$PORT" || die "no fake cloud"
cloud_ctld "$D" || { tail -20 "$D/log/slurmctld-j.out" >&2; die "no controller"; }
is() { # WHAT EXPECTED COMMAND...   within $LIMIT or 60 s
  local what=$1 want=$2 got; shift 2
  local end=$((SECONDS + ${LIMIT:-60}))
  while got=$("$@"); [ "$got" != "$want" ] && [ $SECONDS -lt $end ]; do sleep 0.1; done
  if [ "$got" = "$want" ]; then pass "$what"; else fail "$what: '$got', expected '$want'"; fi
}
states() { sinfo -h -p "${1:-demo}" -o '%t %D' | sort | tr '\n' ' '; }
job() { squeue -h -t all -j "$1" -o %t 2>/dev/null; }
alive() { instances | awk '$2 == "running" || $2 == "pending"' | wc -l; }
ever() { instances | wc -l; }
reason() { scontrol show node "$1" | sed -n 's/.*Reason=\(.*\) \[.*/\1/p'; }
agents() { pgrep -fc -- "--cloud-directory $D/cloud/" ; }

# ---- a job brings its nodes, runs, and they vanish
is "all nodes are powered down" "idle~ 4 " states
A=$(sbatch --parsable -N2 -o "$D/a.out" --wrap 'echo $SLURM_JOB_NODELIST; sleep 2')
is "a job makes two boot" "alloc# 2 idle~ 2 " states
is "it is configuring meanwhile" CF job "$A"
is "it ran" CD job "$A"
is "on the first two" "compute-1-[1-2]" cat "$D/a.out"
is "two instances were bought" 2 ever
scontrol show node compute-1-1 >"$D/node"
id=$(instances | awk '$6 == 0 { print $1; exit }') ip=$(instances | awk '$6 == 0 { print $5; exit }')
grep -q "NodeAddr=$ip" "$D/node" && pass "the node has its instance's address" || fail "NodeAddr: $(grep NodeAddr "$D/node")"
[ "$(stat -c %a "$D/cloud/$id/state/conf/slurm.conf")" = 644 ] && [ "$(stat -c %a "$D/cloud/$id/state/node")" = 600 ] && pass "what the instance keeps" || fail "modes of what the instance keeps"
# ---- steps find nodes whose addresses no slurm.conf has: alias_list until 23.02, addresses in step layout and credential since
cat >"$D/steps.sh" <<S
#!/bin/sh
srun -l sh -c 'echo \$SLURMD_NODENAME' | sort
sbcast -f /etc/hostname "$D/broadcast" && echo sent
$TOP/bin/srun -l sh -c 'echo \$SLURMD_NODENAME' | sort
S
chmod +x "$D/steps.sh"
want=$(printf '0: compute-1-1\n1: compute-1-2\nsent\n0: compute-1-1\n1: compute-1-2')
S=$(sbatch --parsable -N2 -w 'compute-1-[1-2]' -o "$D/s.out" "$D/steps.sh")
is "a job with steps ran" CD job "$S"
is "srun and sbcast of 22.05 and our srun reach cloud nodes" "$want" cat "$D/s.out"
if cloud_clients 24.11 "$D" "$PORT"; then
  sed -i "s#^srun\|^sbcast#$D.24.11/client &#" "$D/steps.sh"
  S=$("$D.24.11/client" sbatch --parsable -N2 -w 'compute-1-[1-2]' -o "$D/s24.out" "$D/steps.sh")
  is "a job of 24.11 with steps ran" CD job "$S"
  is "srun and sbcast of 24.11 reach cloud nodes" "$want" cat "$D/s24.out"
  is "through another node, too" "$(printf '0: compute-1-1\n1: compute-1-2')" sh -c \
    "$D.24.11/client salloc -Q -N2 -w 'compute-1-[1-2]' srun --treewidth=1 -l sh -c 'echo \$SLURMD_NODENAME' | sort"
else
  skip "clients of 24.11 on cloud nodes: they need root and debootstrap"
fi
LIMIT=90 is "they are given back when idle" "idle~ 4 " states
is "no instance is left" 0 alive
is "no agent is left" 0 agents

# ---- no capacity in one zone: the next option
fake "fault?what=error&code=InsufficientInstanceCapacity&action=RunInstances&type=c5.large&zone=fake-region-1a"
B=$(sbatch --parsable -N2 -o "$D/b.out" --wrap 'sleep 1')
is "a job runs though a zone has no capacity" CD job "$B"
is "in the other zone" 2 sh -c "curl -sf http://127.0.0.1:$((PORT + 50))/fake/instances | grep -c ' fake-region-1b '"
LIMIT=90 is "given back" "idle~ 4 " states
fake "fault?what=error&code=InsufficientInstanceCapacity&action=RunInstances&type=c5.large"
sleep 6
C=$(sbatch --parsable -N1 -o "$D/c.out" --wrap 'sleep 1')
is "and runs on spot of another type" CD job "$C"
is "which is what there was" 1 sh -c "curl -sf http://127.0.0.1:$((PORT + 50))/fake/instances | grep -c ' m5.large '"
fake clear
LIMIT=90 is "given back, too" "idle~ 4 " states

# ---- an answer is lost, and requests are throttled
fake "fault?what=lose&action=RunInstances&times=1"
fake "fault?what=error&code=RequestLimitExceeded&action=RunInstances&times=2"
before=$(ever)
E_=$(sbatch --parsable -N2 -o /dev/null --wrap 'sleep 1')
is "a lost answer and throttling delay a job only" CD job "$E_"
is "and start nothing twice" $((before + 2)) ever
LIMIT=90 is "given back after that" "idle~ 4 " states

# ---- an instance that nobody ordered is ended
before=$(ever)
fake "clear"
F=$(sbatch --parsable -N1 -o /dev/null --wrap 'sleep 300')
is "a job with a node" R job "$F"
node=$(squeue -h -j "$F" -o %N)
victim=$(instances | awk '$2 == "running" { print $1; exit }')
fake "kill?instance=$victim"
is "an instance that dies is noticed and its job waits or runs anew" yes sh -c "[ \$(squeue -h -j $F -t PD,CF,R -o %i | wc -l) = 1 ] && [ \$(curl -sf http://127.0.0.1:$((PORT + 50))/fake/instances | grep -v $victim | grep -c ' running ') = 1 ] && echo yes"
is "on a new instance" R job "$F"
scancel "$F"
LIMIT=90 is "all given back" "idle~ 4 " states

# ---- kill -9 of the controller in the middle of a launch
fake "fault?what=delay&action=RunInstances&ms=3000&times=1"
before=$(ever)
G=$(sbatch --parsable -N3 -o "$D/g.out" --wrap 'echo $SLURM_JOB_NODELIST')
wait_for 30 "the order" sh -c "curl -sf http://127.0.0.1:$((PORT + 50))/fake/instances | awk 'END { exit NR < $before + 3 }'"
end_pid "$D/run/ours-ctld.pid" KILL
cloud_ctld "$D" || die "no controller after kill -9"
is "a controller killed in the middle of a launch goes on" CD job "$G"
is "and has bought nothing twice" $((before + 3)) ever
LIMIT=90 is "given back after the restart" "idle~ 4 " states
is "nothing is left" 0 alive

# ---- instances that never come
fake "fault?what=silent&type=c5.xlarge"
H=$(sbatch --parsable -p broken -N1 -o /dev/null --wrap 'sleep 1')
LIMIT=40 is "an instance that never joins is ended" yes sh -c "curl -sf http://127.0.0.1:$((PORT + 50))/fake/instances | grep ' c5.xlarge ' | grep -q -e shutting-down -e terminated && echo yes"
squeue -h -j "$H" -o %t | grep -q -e PD -e CF && pass "its job is still there" || fail "its job: $(job "$H")"
scancel "$H"
fake clear

# ---- who may join
log=$D/log/slurmctld.log
! grep -q "refused:" "$log" && pass "none of ours was refused" || fail "refused: $(grep refused: "$log" | head -3)"
I=$(sbatch --parsable -N1 -o /dev/null --wrap 'sleep 300')
is "a node again" R job "$I"
id=$(instances | awk '$2 == "running" { print $1; exit }')
thief() { # NAME TIMEOUT   another process of that instance, with all that its user data says
  AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:$((PORT + 50))/imds/$id "$TOP/bin/slurmd-agent" --cloud-join --cloud-directory "$D/$1" \
    --cloud-hooks "$D/hooks" --cloud-timeout "$2" --cloud-shutdown "touch $D/$1.down" >"$D/$1.out" 2>&1
}
thief thief 30; status=$?
[ "$status" = 2 ] && [ -e "$D/thief.down" ] && [ ! -e "$D/thief/conf/slurm.conf" ] && pass "a join token is good once" || fail "a used token: status $status, $(tail -2 "$D/thief.out")"
grep -q "instance $id of order .* at 127.0.0.1:[0-9]* refused: its join token has been used" "$log" && pass "the log says so with the address" || fail "no line about the used token"
end_pid "$D/run/ours-ctld.pid"
thief late 3; status=$?
[ "$status" = 2 ] && [ -e "$D/late.down" ] && grep -q 'Retrying in [0-9]* seconds\.\.\.' "$D/late.out" && grep -q 'Registration timeout (3 seconds) reached. Exiting.' "$D/late.out" \
  && pass "an instance that finds no controller shuts itself down" || fail "without a controller: status $status, $(tail -3 "$D/late.out")"
cloud_ctld "$D" || die "no controller"
is "the job has outlived that" R job "$I"
scancel "$I"
LIMIT=90 is "the end" 0 alive
finish
