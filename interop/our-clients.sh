#!/bin/bash
# our-clients.sh RELEASE AUTH [port]    RELEASE 22.05 or 24.11, AUTH munge or slurm
#
# Our client tools and the real ones, each against a real slurmctld + slurmd of the release: two clusters of the same
# configuration (commands change state, so each kind of client has its own), the same jobs submitted by either sbatch, the same
# commands. Output, stderr and exit status must be the same but for what masks.sed says: points in time, directories, ports.
# Leaves both outputs of each difference under $INTEROP/clients-diff-*. COMMANDS=file: other command lines.
. "$(dirname "$0")/lib.sh"
REL=${1:?usage: our-clients.sh RELEASE AUTH [port]} AUTH=${2:-munge} PORT=${3:-21780}
[ "$(id -u)" = 0 ] || { skip "our clients $REL $AUTH: needs root (users, chroot)"; finish; exit; }
need_slurm2205 || { skip "our clients $REL $AUTH: Slurm's packages cannot be installed here"; finish; exit; }
need_users
A=$INTEROP/real-clients-$REL-$AUTH B=$INTEROP/real-under-ours-$REL-$AUTH
OUT=$INTEROP/clients-diff-$REL-$AUTH; rm -rf "$OUT"; mkdir -p "$OUT"
export PEER_CPUS=4 PEER_MEM=4000 PEER_EXTRA=$HERE/scenarios/conf-extra.conf PEER_DROP=^SchedulerType=
stop_real "$A"; stop_real "$B"
trap 'stop_real "$A"; stop_real "$B"' EXIT
write_conf "$REL" "$AUTH" "$A" "$PORT" 0 2 || die "the real $REL did not start"
write_conf "$REL" "$AUTH" "$B" $((PORT + 4)) 0 2 || die "the second real $REL did not start"

# our_client COMMAND...   one of bin/ on the second cluster (AS=user: as that user), speaking what its controller speaks
our_client() {
  local e=(SLURM_CONF="$B/slurm.conf" SLURMJ_PROTOCOL_VERSION="$REL" PATH="$TOP/bin:$PATH")
  [ "$AUTH" = slurm ] && e+=(SLURM_SACK_SOCKET="$B/sysrun/slurmctld/sack.socket")
  if [ -n "${AS:-}" ]; then
    setpriv --reuid="$AS" --regid="$AS" --init-groups env "${e[@]}" USER="$AS" LOGNAME="$AS" HOME=/tmp "$@"
  else
    env "${e[@]}" "$@"
  fi
}
real_client() { in_cluster "$A" "$@"; }

side() { # CLIENT COMMANDLINE -> masked stdout, stderr, status
  local c=$1 line=$2 as= order=cat
  case $line in sort:*) order=sort; line=${line#sort: } ;; esac
  case $line in as:*) as=${line%% *}; as=${as#as:}; line=${line#* } ;; esac
  ( cd /tmp; AS=$as; eval "$c $line" >"$OUT/o" 2>"$OUT/e" </dev/null; echo "exit status $?" >"$OUT/s" )
  { $order "$OUT/o"; echo "--- stderr"; cat "$OUT/e"; cat "$OUT/s"; } | sed -E -e "s#$A#@DIR@#g; s#$B#@DIR@#g; s#\\b(${PORT%??}|$((${PORT%??} + 10)))[0-9]{2}\\b#@PORT@#g" | sed -E -f "$HERE/masks.sed"
}
run_jobs() { # CLIENT
  C=$1
  ( cd /tmp; . "$HERE/scenarios/jobs.sh" ) >"$OUT/jobs.$1" 2>&1
}
settled() { [ "$(in_cluster "$1" squeue -h -t all -j 4,5,15 -o %T | sort | tr '\n' ' ')" = "COMPLETED FAILED FAILED " ]; }
run_jobs real_client; run_jobs our_client
diff "$OUT/jobs.real_client" "$OUT/jobs.our_client" >"$OUT/jobs.diff" && pass "submissions" ||
  fail "submissions: $(head -3 "$OUT/jobs.diff" | tr '\n' ' ')"
wait_for 60 "jobs of the real clients" settled "$A"; wait_for 60 "jobs of our clients" settled "$B" || fail "jobs 4, 5, 15 did not end as expected"
# looked_at DIR   the scheduler has come to every pending job that is not held: it sets EligibleTime and reason when it does
looked_at() {
  ! in_cluster "$1" scontrol -o show job 2>/dev/null | grep 'JobState=PENDING' | grep -vE ' Priority=0 | Reason=Dependency ' |
    grep -qE 'EligibleTime=Unknown|Reason=None'
}
for d in "$A" "$B"; do wait_for 60 "the scheduler in $d" looked_at "$d"; done

n=0
while IFS= read -r line; do
  case $line in ''|'#'*) continue ;; esac
  n=$((n + 1)); cmd=${line#mutate: }
  side real_client "$cmd" >"$OUT/$n.real"; side our_client "$cmd" >"$OUT/$n.ours"
  if cmp -s "$OUT/$n.real" "$OUT/$n.ours"; then pass "$cmd"; rm -f "$OUT/$n.real" "$OUT/$n.ours"
  else fail "$n: $cmd"; diff "$OUT/$n.real" "$OUT/$n.ours" | head -"${LINES_SHOWN:-6}"; fi
  case $line in mutate:*) sleep 1; for d in "$A" "$B"; do wait_for 20 "the scheduler in $d" looked_at "$d"; done ;; esac
done <"${COMMANDS:-$HERE/scenarios/commands.txt}"
finish
