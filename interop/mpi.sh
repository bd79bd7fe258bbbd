#!/bin/bash
# mpi.sh [RELEASE] [port]   an MPI program on four nodes of this machine (node daemons by -N), with our controller:
# MPICH by srun with MpiDefault=pmi2 and no --mpi, Open MPI by mpirun inside sbatch, both on our agents and on real slurmd
# 22.05; Open MPI by srun --mpi=pmix on real slurmd. Ranks 0 to 3 of 4, one on each node, as an unprivileged user.
# By the real clients of the release and by ours (CLIENTS: which of them). What is not installed is skipped by name.
. "$(dirname "$0")/lib.sh"
REL=${1:-22.05} PORT=${2:-20560}
[ "$(id -u)" = 0 ] || { skip "mpi: needs root"; finish; exit; }
[ "$REL" = 22.05 ] || { skip "mpi $REL: MPI programs are not installed in the chroot of that release"; finish; exit; }
need_slurm2205 || { skip "mpi: Slurm's packages cannot be installed here"; finish; exit; }
need_users
was=$(readlink /etc/alternatives/mpi) wasrun=$(readlink /etc/alternatives/mpirun)
for p in mpicc.mpich:libmpich-dev mpirun.openmpi:openmpi-bin mpicc.openmpi:libopenmpi-dev; do
  command -v "${p%%:*}" >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${p#*:}" >/dev/null 2>&1
done
# what mpicc and mpirun mean on this machine stays as it was
[ -z "$was" ] || update-alternatives --set mpi "$was" >/dev/null 2>&1
[ -z "$wasrun" ] || update-alternatives --set mpirun "$wasrun" >/dev/null 2>&1
D=$INTEROP/ours-mpi; stop_ours "$D" 2>/dev/null; stop_real "$D"
trap 'stop_ours "$D"; stop_real "$D"' EXIT
cpus=$(nproc)
# four slurmds of one host: mpi/pmix makes its directories in TmpFS
printf '%s\n' MpiDefault=pmi2 KillWait=2 SelectTypeParameters=CR_Core "TmpFS=$D/spool/tmp-%n" >"$INTEROP/mpi.conf"
export PEER_CPUS=$cpus PEER_MEM=2000 PEER_EXTRA=$INTEROP/mpi.conf PEER_DROP='^(MpiDefault|KillWait|SelectTypeParameters|TmpFS)='
export PEER_NODE_OPTS="Sockets=1 CoresPerSocket=$cpus ThreadsPerCore=1"
W=$INTEROP/mpi-work; rm -rf "$W"; mkdir -p "$W"; chown peer:peer "$W"; chmod 755 "$INTEROP" "$W"
cat >"$W/hello.c" <<'C'
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
  int rank, size, sum;
  const char *node = getenv("SLURMD_NODENAME");
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (argc > 1 && rank == 1) MPI_Abort(MPI_COMM_WORLD, atoi(argv[1]));
  MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  printf("rank %d of %d on %s, sum %d\n", rank, size, node ? node : "no node", sum);
  MPI_Finalize();
  return 0;
}
C
for m in mpich openmpi; do
  command -v mpicc.$m >/dev/null && mpicc.$m -o "$W/hello.$m" "$W/hello.c" && chmod 755 "$W/hello.$m"
done
as_peer() { timeout 90 setpriv --reuid=peer --regid=peer --init-groups env -C "$W" PATH="$TOOLS$PATH" USER=peer LOGNAME=peer HOME=/tmp "$@"; }
RANKS='rank 0 of 4 on n1, sum 6|rank 1 of 4 on n2, sum 6|rank 2 of 4 on n3, sum 6|rank 3 of 4 on n4, sum 6|'
ranks() { # NAME EXPECTED COMMAND...   only the program's own lines count
  local name=$1 expected=$2 out; shift 2
  out=$("$@" </dev/null 2>"$W/stderr" | grep '^rank' | sort | tr '\n' '|')
  if [ "$out" = "$expected" ]; then pass "$name"; else fail "$name: got '$out'"; tail -3 "$W/stderr"; fi
}
batch() { # a batch script of the given lines; its output
  local f; f=$(as_peer mktemp -p "$W")
  printf '#!/bin/bash\n%s\n' "$1" >"$f.sh"; chmod 755 "$f.sh"
  as_peer sbatch -Q -W -N4 -n4 -o "$f" "$f.sh" >/dev/null 2>>"$W/stderr"
  cat "$f"
}
run() { # DAEMON CLIENTS
  local on="$1, $2 clients" TOOLS=
  export SLURM_CONF=$D/slurm.conf
  [ "$2" = real ] || TOOLS=$TOP/bin:
  if [ -x "$W/hello.mpich" ]; then
    ranks "MPICH by srun without --mpi on $on" "$RANKS" as_peer srun -N4 -n4 "$W/hello.mpich"
    ranks "MPICH by srun within sbatch on $on" "$RANKS" batch "srun $W/hello.mpich"
    ranks "MPICH over two components of a heterogeneous job on $on" "$RANKS" \
      as_peer srun -N1 -n1 "$W/hello.mpich" : -N3 -n3 "$W/hello.mpich"
  else
    skip "MPICH on $on: apt-get install libmpich-dev"
  fi
  if [ -x "$W/hello.openmpi" ] && command -v mpirun.openmpi >/dev/null; then
    ranks "Open MPI by mpirun within sbatch on $on" "$RANKS" \
      batch "mpirun.openmpi --mca btl_vader_single_copy_mechanism none --mca btl tcp,self $W/hello.openmpi"
    case $1 in
      agent) as_peer srun --mpi=pmix -n1 true >/dev/null 2>"$W/stderr" && fail "pmix on our agent is not refused, $2 clients" || pass "pmix on our agent is refused by name, $2 clients" ;;
      *) ranks "Open MPI by srun --mpi=pmix on $on" "$RANKS" as_peer srun --mpi=pmix -N4 -n4 "$W/hello.openmpi"
        as_peer srun --mpi=pmix -N4 -n4 "$W/hello.openmpi" 7 </dev/null >"$W/stdout" 2>"$W/stderr"; rc=$?
        [ $rc = 7 ] && pass "exit code of MPI_Abort by pmix on $on" || { fail "MPI_Abort(7) by pmix on $on: srun's exit code is $rc"; tail -3 "$W/stderr"; } ;;
    esac
  else
    skip "Open MPI on $on: apt-get install openmpi-bin libopenmpi-dev"
  fi
}
for daemon in ${DAEMONS:-agent slurmd}; do
  write_conf "$REL" munge "$D" "$PORT" 1 4 || die "no configuration"
  if [ $daemon = agent ]; then
    ours "$D" 4 || { fail "ours did not come up"; finish; exit 1; }
  else
    mkdir -p "$D/log" "$D/run"
    ours_ctld "$D" || { fail "our controller did not come up"; finish; exit 1; }
    for i in 1 2 3 4; do mkdir -m 1777 "$D/spool/tmp-n$i"; in_cluster "$D" slurmd -N "n$i" >>"$D/log/slurmd.out" 2>&1 </dev/null; done
    wait_for 60 "real slurmds" ours_idle "$D" 4 || { fail "no slurmd registered"; finish; exit 1; }
  fi
  for clients in ${CLIENTS:-real ours}; do run $daemon $clients; done
  stop_ours "$D"; stop_real "$D"
done
finish
