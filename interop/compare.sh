#!/bin/bash
# compare.sh RELEASE AUTH [port]    RELEASE 22.05 or 24.11, AUTH munge or slurm
#
# Real clients of a release against the real slurmctld + slurmd of that release and against ours
# (controller + agents), same slurm.conf, same jobs, same commands: the same bytes and exit status,
# but for what masks.sed says. Leaves both outputs of each difference under $INTEROP/diff-*.
# SELF=1 compares the real one with itself (checks the masks and scenarios).
. "$(dirname "$0")/lib.sh"
REL=${1:?usage: compare.sh RELEASE AUTH [port]} AUTH=${2:-munge} PORT=${3:-26100}
[ "$(id -u)" = 0 ] || { skip "compare $REL $AUTH: needs root (users, chroot)"; finish; exit; }
need_slurm2205 || { skip "compare $REL $AUTH: Slurm's packages cannot be installed here"; finish; exit; }
need_users
A=$INTEROP/real-$REL-$AUTH B=$INTEROP/ours-$REL-$AUTH
OUT=$INTEROP/diff-$REL-$AUTH; rm -rf "$OUT"; mkdir -p "$OUT"
export PEER_CPUS=4 PEER_MEM=4000 PEER_EXTRA=$HERE/scenarios/conf-extra.conf PEER_DROP=^SchedulerType=
stop_real "$A"; stop_real "$B"; stop_ours "$B"
trap 'stop_ours "$B"; stop_real "$A"; stop_real "$B"' EXIT
write_conf "$REL" "$AUTH" "$A" "$PORT" 0 2 || die "the real $REL did not start"
if [ -n "${SELF:-}" ]; then
  write_conf "$REL" "$AUTH" "$B" $((PORT + 50)) 0 2 || die "the second real $REL did not start"
else
  write_conf "$REL" "$AUTH" "$B" $((PORT + 50)) 1 2 || die "no configuration"
  ours "$B" 2 || { fail "ours did not come up on $B"; finish; exit 1; }
fi

side() { # DIR COMMANDLINE -> masked stdout, stderr, status
  local d=$1 line=$2 as= order=cat
  case $line in sort:*) order=sort; line=${line#sort: } ;; esac
  case $line in as:*) as=${line%% *}; as=${as#as:}; line=${line#* } ;; esac
  ( cd /tmp; AS=$as; eval "in_cluster \"$d\" $line" >"$OUT/o" 2>"$OUT/e" </dev/null; echo "exit status $?" >"$OUT/s" )
  { $order "$OUT/o"; echo "--- stderr"; cat "$OUT/e"; cat "$OUT/s"; } | sed -E -f "$HERE/masks.sed"
}
run_jobs() { # DIR
  C="in_cluster $1"
  ( cd /tmp; . "$HERE/scenarios/jobs.sh" ) >"$OUT/jobs.$(basename "$1")" 2>&1
}
settled() { [ "$(in_cluster "$1" squeue -h -t all -j 4,5,15 -o %T | sort | tr '\n' ' ')" = "COMPLETED FAILED FAILED " ]; }
run_jobs "$A"; run_jobs "$B"
diff "$OUT/jobs.$(basename "$A")" "$OUT/jobs.$(basename "$B")" >"$OUT/jobs.diff" && pass "submissions" || fail "submissions: $(head -3 "$OUT/jobs.diff" | tr '\n' ' ')"
wait_for 60 "jobs of the real side" settled "$A"; wait_for 60 "our jobs" settled "$B" || fail "jobs 4, 5, 15 did not end as expected"
sleep 4   # the real scheduler's main loop sets reasons within that time

n=0
while IFS= read -r line; do
  case $line in ''|'#'*) continue ;; esac
  n=$((n + 1)); cmd=${line#mutate: }
  side "$A" "$cmd" >"$OUT/$n.real"; side "$B" "$cmd" >"$OUT/$n.ours"
  if cmp -s "$OUT/$n.real" "$OUT/$n.ours"; then pass "$cmd"; rm -f "$OUT/$n.real" "$OUT/$n.ours"
  else fail "$n: $cmd"; diff "$OUT/$n.real" "$OUT/$n.ours" | head -"${LINES_SHOWN:-6}"; fi
  case $line in mutate:*) sleep 1 ;; esac
done <"${COMMANDS:-$HERE/scenarios/commands.txt}"
finish
