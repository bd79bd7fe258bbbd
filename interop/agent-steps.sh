#!/bin/bash
# agent-steps.sh   steps of the real 22.05.8 srun, salloc, sattach, sbcast, sstat on our controller and our agents (four nodes),
# as an unprivileged user: output, input, exit codes, signals, terminals, files, binding, MPI, and an agent killed meanwhile.
# What is expected is what the same commands printed on real slurmd 22.05.8.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || { skip "agent-steps: needs root"; finish; exit; }
need_slurm2205 || { skip "agent-steps: Slurm's clients cannot be installed here"; finish; exit; }
need_users
D=$INTEROP/ours-agentsteps; stop_ours "$D" 2>/dev/null
trap 'stop_ours "$D"' EXIT
cpus=$(nproc)
printf '%s\n' TaskPlugin=task/affinity MpiDefault=pmi2 KillWait=2 SelectTypeParameters=CR_Core >"$INTEROP/agentsteps.conf"
export PEER_CPUS=$cpus PEER_MEM=2000 PEER_EXTRA=$INTEROP/agentsteps.conf PEER_DROP='^(TaskPlugin|MpiDefault|KillWait|SelectTypeParameters)='
export PEER_NODE_OPTS="Sockets=1 CoresPerSocket=$cpus ThreadsPerCore=1"
write_conf 22.05 munge "$D" 20520 1 4 || die "no configuration"
ours "$D" 4 || { fail "ours did not come up"; finish; exit 1; }
export SLURM_CONF=$D/slurm.conf
W=$D/work; rm -rf "$W"; mkdir -p "$W"; chown peer:peer "$W"; chmod 755 "$D"; cd "$W" || exit 1
as_peer() { timeout 40 setpriv --reuid=peer --regid=peer --init-groups env -C "$W" USER=peer LOGNAME=peer HOME=/tmp "$@"; }
# what it prints, sorted, with job numbers and times masked, and the exit code at the end
said() {
  local out
  out=$("$@" 2>&1 </dev/null); local rc=$?
  grep -vE 'queued and waiting|has been allocated' <<<"$out" |
    sed -E 's/StepId=[0-9]+\.[0-9]+/STEP/g; s/STEP [0-9]+\.[0-9]+ ON n[0-9]+/STEP ON NODE/; s/AT 20[-0-9T:]+/AT TIME/; s/slurmstepd-n[0-9]/slurmstepd-NODE/; s/(error|-) n[0-9]:/\1 NODE:/; s/error: n[0-9]:/error: NODE:/; s/\[[0-9]+\]/[PID]/; s/- n[0-9],/- NODE,/' |
    sort | sed '/^$/d' | tr '\n' '|'
  echo "rc $rc"
}
is() { [ "$2" = "$3" ] && pass "$1" || fail "$1: got '$2', expected '$3'"; }
check() { local name=$1 expected=$2; shift 2; is "$name" "$(said as_peer "$@")" "$expected"; }
free() { wait_for 30 "all nodes to be free" eval '[ -z "$(squeue -h)" ]'; }

check "two nodes, labels" '0: 0 0 0|1: 1 0 1|2: 2 1 0|rc 0' srun -N2 -n3 -m block -l sh -c 'echo $SLURM_PROCID $SLURM_NODEID $SLURM_LOCALID'
check "user and groups" "$(id -u peer)|peer|rc 0" srun sh -c 'id -un; id -u'
check "exit code and errors" '0: err|1: err|srun: error: NODE: tasks 0-1: Exited with exit code 3|rc 3' srun -N1 -n2 -l sh -c 'echo err >&2; exit 3'
check "no such program" 'slurmstepd-NODE: error: execve(): nosuchprogram: No such file or directory|srun: error: NODE: task 0: Exited with exit code 2|rc 2' srun nosuchprogram
check "no such directory" "/tmp|slurmstepd-NODE: error: couldn't chdir to \`/nonexistent': No such file or directory: going to /tmp instead|slurmstepd-NODE: error: couldn't chdir to \`/nonexistent': No such file or directory: going to /tmp instead|rc 0" srun -D /nonexistent pwd
check "input to all" '0: hello|0: world|1: hello|1: world|rc 0' bash -c "printf 'hello\nworld\n' | srun -n2 -l cat"
check "input to one" '1: one|rc 0' bash -c "echo one | srun -n2 -l -i1 cat"
check "much output" '3000000|rc 0' bash -c 'srun head -c 3000000 /dev/zero | wc -c'
check "much input" '3000000|rc 0' bash -c 'head -c 3000000 /dev/zero | srun wc -c'
check "files by the node" '0: lab|1: lab|rc 0' bash -c "srun -n2 -l -o out.%t echo lab; cat out.0 out.1"
check "no such output directory" 'srun: error: task 0 launch failed: Slurmd could not connect IO|srun: error: task 1 launch failed: Slurmd could not connect IO|rc 1' \
  bash -c 'srun -n2 -o /dev/null/%t true; test $? != 0 && exit 1'
check "limits and umask" '0027|777|rc 0' bash -c 'umask 027; ulimit -Sn 777; srun sh -c "umask; ulimit -n"'
printf '#!/bin/sh\necho export FOO=bar\necho unset HOME\necho print hi\n' >prolog; chmod 755 prolog
check "task prolog" 'bar unset|hi|rc 0' srun "--task-prolog=$W/prolog" sh -c 'echo $FOO ${HOME-unset}'
printf '0 echo zero %%t %%o\n1-2 echo me %%t %%o\n* echo rest\n' >mp.conf
check "multi-prog" '0: zero 0 0|1: me 1 0|2: me 2 1|3: rest|rc 0' srun -N2 -n4 -l -O --multi-prog mp.conf
check "a terminal" 'tty|rc 0' bash -c "script -qec 'srun --pty sh -c \"test -t 0 && test -t 1 && test -t 2 && echo tty\"' /dev/null | tr -d '\r\0' | sed 's/^^@//'"
check "unbuffered output is a terminal" '0: tty|rc 0' srun -u -l sh -c 'test -t 1 && echo tty'
check "kill the others" 'rc 1' bash -c 'srun -q -n2 -K sh -c "test \$SLURM_PROCID = 1 && exit 1; sleep 30" >/dev/null 2>&1; test $? != 0 && exit 1'
check "sbcast" '0: data|1: data|rc 0' bash -c "echo data >data; salloc -Q -N2 bash -c 'sbcast -f data $W/copy.\$SLURM_JOB_ID && srun -l cat $W/copy.\$SLURM_JOB_ID' || true"
check "srun --bcast" 'peer|peer|rc 0' bash -c "mkdir -p bc; srun -N2 --bcast=$W/bc/ id -un"
check "sattach" '0: line|0: line|sattach 0|rc 0' bash -c 'srun -J att -l sh -c "sleep 2; echo line" & sleep 1; timeout 20 sattach -l $(squeue -h -o %i -n att).0; echo sattach $?; wait'
# real slurmd prints 0 tasks without a JobAcctGatherType
check "sstat" '1|NTasks|rc 0' bash -c 'srun -J st sleep 3 & sleep 1; sstat -a -P -j $(squeue -h -o %i -n st).0 -o NTasks; wait'
check "binding" "0: cpu-bind=MASK - NODE, task  0  0 [PID]: mask 0x1 set|0: quiet,mask_cpu:0x1|rc 0" bash -c 'srun -l -n1 -c1 --cpu-bind=verbose true 2>&1; srun -l --cpu-bind=none printenv SLURM_CPU_BIND'
check "steps of a batch job" '0: x|1: x|false 1|srun: error: NODE: task 0: Exited with exit code 1|rc 0' bash -c \
  "sbatch -Q -W -N2 -o b.out --wrap 'srun -l echo x; srun -n1 -N1 false; echo false \$?'; cat b.out"
check "pmi2 without MPI" '0 2|1 2|rc 0' srun -n2 sh -c 'echo $PMI_RANK $PMI_SIZE'
check "pmix is refused by name" 'rc 1' bash -c 'srun --mpi=pmix true >/dev/null 2>&1; test $? != 0 && exit 1'

if command -v mpicc.mpich >/dev/null; then
  printf '%s\n' '#include <mpi.h>' '#include <stdio.h>' 'int main(int c,char**v){int r,n;MPI_Init(&c,&v);MPI_Comm_rank(MPI_COMM_WORLD,&r);MPI_Comm_size(MPI_COMM_WORLD,&n);MPI_Barrier(MPI_COMM_WORLD);printf("rank %d of %d\n",r,n);MPI_Finalize();return 0;}' >hello.c
  mpicc.mpich -o hello hello.c && chmod 755 hello
  check "MPICH on four nodes" 'rank 0 of 4|rank 1 of 4|rank 2 of 4|rank 3 of 4|rc 0' srun -N4 -n4 "$W/hello"
else
  skip "MPICH: apt-get install mpich libmpich-dev"
fi

# the agents are killed while srun is attached: output and exit code come all the same
as_peer srun -N2 -l sh -c 'sleep 4; echo late; exit 5' >late 2>&1 & waiting=$!
sleep 1.5
for pid in "$D"/run/slurmd-n*.pid; do kill -9 "$(cat "$pid")"; done
sleep 0.5
for n in 1 2 3 4; do ours_agent "$D" "n$n"; done
wait $waiting; is "exit code over an agent's death" $? 5
is "output over an agent's death" "$(grep -c late late)" 2
free
# a cancelled job leaves nothing behind
as_peer srun -J leave -N2 sh -c 'setsid sleep 98765 & sleep 98765' >/dev/null 2>&1 & waiting=$!
wait_for 20 "the step" pgrep -f 'sleep 9876[5]' >/dev/null
scancel -n leave; wait $waiting 2>/dev/null
free
wait_for 20 "no process to be left" eval '! pgrep -f "sleep 9876[5]" >/dev/null'; is "processes left" "$(pgrep -cf 'sleep 9876[5]')" 0
finish
