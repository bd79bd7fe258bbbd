#!/bin/bash
# interop/testsuite.sh [a|b|c|d] [LIST] [ID...]
#   Slurm's own tests (tag slurm-22-05-8-1: read and run, never kept) with real 22.05.8 clients and real slurmd
#   against our controller; without accounting. LIST: interop/peer/testsuite-22.05-public.txt.
#   TESTS="1.5 28.2" runs only those; NODES=10; INDEX=8 (ports 23017+100*INDEX); SLURM_SRC, a folder with the
#   tag's testsuite/, or PEER_SLURM_GIT, a clone it is taken from.
#   One line a test, then passes per area; the last line is "N passed, N failed, N skipped".
. "$(dirname "$0")/lib.sh"
VARIANT=${1:-a} LIST=${2:-$PEER/testsuite-22.05-public.txt}
NODES=${NODES:-10} INDEX=${INDEX:-8}
SRC=${SLURM_SRC:-/tmp/slurm-src-2205}
need_slurm2205 || { skip "no Slurm 22.05 here"; finish; exit; }
for p in expect sudo pytest-3:python3-pytest mpicc:libmpich-dev; do
  command -v "${p%%:*}" >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${p#*:}" >/dev/null 2>&1
done
/usr/bin/python3 -c "import pexpect" 2>/dev/null ||
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-pexpect >/dev/null 2>&1
if [ ! -d "$SRC/testsuite" ]; then
  [ -n "${PEER_SLURM_GIT:-}" ] || { skip "no test suite: set SLURM_SRC or PEER_SLURM_GIT"; finish; exit; }
  mkdir -p "$SRC" && git -C "$PEER_SLURM_GIT" archive slurm-22-05-8-1 testsuite src slurm | tar x -C "$SRC" || die "no tag slurm-22-05-8-1 in $PEER_SLURM_GIT"
fi
D=/tmp/peer/t$INDEX
stop() {
  for f in "$D"/run/*.pid "$D"/run/*/*.pid; do [ -r "$f" ] && kill "$(cat "$f")" 2>/dev/null; done
  local i; for i in $(seq 40); do [ -r "$D/run/slurmctld.pid" ] && kill -0 "$(cat "$D/run/slurmctld.pid")" 2>/dev/null || break; sleep .25; done
}
trap stop EXIT
stop
PEER_NODBD=${PEER_NODBD:-1} PEER_NOCTLD=1 PEER_VARIANT=$VARIANT "$PEER/start-testbed.sh" "$INDEX" "$NODES" >"$INTEROP/testbed.log" 2>&1 || { tail "$INTEROP/testbed.log"; die "no testbed"; }
export SLURM_CONF=$D/slurm.conf
START="setsid $TOP/bin/slurmctld-j -f $SLURM_CONF </dev/null >>$D/log/slurmctld-j.out 2>&1"
if [ -n "${REAL:-}" ]; then START="slurmctld -f $SLURM_CONF"; fi
eval "$START"
wait_for 60 "the controller" sh -c 'scontrol ping | grep -q UP' || { tail -20 "$D"/log/slurmctld*; die "no controller"; }
wait_for 60 "$NODES nodes" sh -c "[ \$(sinfo -h -N -t idle -o %N | sort -u | wc -l) -ge $NODES ]" || sinfo
if [ -n "${TESTS:-}" ]; then
  printf '%s\n' $TESTS >"$INTEROP/testsuite.list"
else # of this variant, without accounting
  awk -v v="$VARIANT" -v long="${LONG:-}" '/^#/ || NF < 2 || ($4 == v && $0 !~ / dbd/ && (long != "" || $0 !~ / long/))' "$LIST" >"$INTEROP/testsuite.list"
fi
OUT=$INTEROP/testsuite-$VARIANT.out; : >"$OUT"
PEER_TS_SRC=$SRC PEER_REVIVE="$START" PEER_LOGS=$D/tslogs "$PEER/run-testsuite.sh" "$INTEROP/testsuite.list" "$OUT"
rc=$?
echo "passed of run, per area:"
awk 'NR == FNR { area[$1] = $3; next } $1 ~ /^(pass|fail|timeout)$/ { a = area[$2]; n[a]++; p[a] += $1 == "pass" } END { for (a in n) printf "  %-28s %d of %d\n", a, p[a], n[a] }' "$LIST" "$OUT" | sort
tail -1 "$OUT"
exit $rc
