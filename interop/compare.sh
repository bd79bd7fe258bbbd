#!/bin/bash
# compare.sh RELEASE AUTH [port] [scenario]    RELEASE 22.05, 24.11 or 26.05, AUTH munge or slurm
#
# Real clients of a release against the real slurmctld + slurmd of that release and against ours
# (controller + agents), same slurm.conf, same jobs, same commands: the same bytes and exit status,
# but for what masks.sed says. Leaves both outputs of each difference under $INTEROP/diff-*.
# scenario: a directory of scenarios/ with any of conf-extra.conf, jobs.sh, commands.txt and env.sh
# (PEER_* settings and the states that the jobs settle in); what it lacks is the default one's.
# SELF=1 compares the real one with itself (checks the masks and scenarios).
. "$(dirname "$0")/lib.sh"
REL=${1:?usage: compare.sh RELEASE AUTH [port] [scenario]} AUTH=${2:-munge} PORT=${3:-26100} SCENARIO=${4:-}
[ "$(id -u)" = 0 ] || { skip "compare $REL $AUTH: needs root (users, chroot)"; finish; exit; }
need_slurm2205 || { skip "compare $REL $AUTH: Slurm's packages cannot be installed here"; finish; exit; }
need_users
of_scenario() { local f=$HERE/scenarios/$SCENARIO/$1; [ -n "$SCENARIO" ] && [ -e "$f" ] || f=$HERE/scenarios/$1; echo "$f"; }
[ -z "$SCENARIO" ] || [ -d "$HERE/scenarios/$SCENARIO" ] || die "no scenario $SCENARIO in $HERE/scenarios"
A=$INTEROP/real-$REL-$AUTH${SCENARIO:+-$SCENARIO} B=$INTEROP/ours-$REL-$AUTH${SCENARIO:+-$SCENARIO}
OUT=$INTEROP/diff-$REL-$AUTH${SCENARIO:+-$SCENARIO}; rm -rf "$OUT"; mkdir -p "$OUT"
export PEER_CPUS=4 PEER_MEM=4000 PEER_EXTRA=$(of_scenario conf-extra.conf) PEER_DROP=^SchedulerType=
NODES=2 SETTLED_JOBS=4,5,15 SETTLED="COMPLETED FAILED FAILED " EXPECTED_JOBS=8,9
[ -z "$SCENARIO" ] || EXPECTED_JOBS=
[ -z "$SCENARIO" ] || [ ! -e "$HERE/scenarios/$SCENARIO/env.sh" ] || . "$HERE/scenarios/$SCENARIO/env.sh"
stop_real "$A"; stop_real "$B"; stop_ours "$B"
trap 'stop_ours "$B"; stop_real "$A"; stop_real "$B"' EXIT
conf() { # write_conf with the scenario's lines, which may need the port
  local PEER_EXTRA=$PEER_EXTRA
  if declare -F conf_of_port >/dev/null; then
    { conf_of_port "$4"; cat "$PEER_EXTRA"; } >"$OUT/extra.$4"
    PEER_EXTRA=$OUT/extra.$4
  fi
  write_conf "$@"
}
conf "$REL" "$AUTH" "$A" "$PORT" 0 $NODES || die "the real $REL did not start"
if [ -n "${SELF:-}" ]; then
  conf "$REL" "$AUTH" "$B" $((PORT + 50)) 0 $NODES || die "the second real $REL did not start"
else
  conf "$REL" "$AUTH" "$B" $((PORT + 50)) 1 $NODES || die "no configuration"
  ours "$B" $NODES || { fail "ours did not come up on $B"; finish; exit 1; }
fi

side() { # DIR COMMANDLINE -> masked stdout, stderr, status
  local d=$1 line=$2 as= order=cat t=$OUT/of-$(basename "$1")
  case $line in sort:*) order=sort; line=${line#sort: } ;; esac
  case $line in as:*) as=${line%% *}; as=${as#as:}; line=${line#* } ;; esac
  ( cd /tmp; AS=$as; eval "in_cluster \"$d\" $line" >"$t.o" 2>"$t.e" </dev/null; echo "exit status $?" >"$t.s" )
  { $order "$t.o"; echo "--- stderr"; cat "$t.e"; cat "$t.s"; } | sed -E -f "$HERE/masks.sed"
}
JOBS=$(of_scenario jobs.sh)
run_jobs() { # DIR
  C="in_cluster $1"
  ( cd /tmp; . "$JOBS" ) >"$OUT/jobs.$(basename "$1")" 2>&1
}
settled() { [ -z "$SETTLED_JOBS" ] || [ "$(in_cluster "$1" squeue -h -t all -j "$SETTLED_JOBS" -o %T | sort | tr '\n' ' ')" = "$SETTLED" ]; }
run_jobs "$A"; run_jobs "$B"
diff "$OUT/jobs.$(basename "$A")" "$OUT/jobs.$(basename "$B")" >"$OUT/jobs.diff" && pass "submissions" || fail "submissions: $(head -3 "$OUT/jobs.diff" | tr '\n' ' ')"
wait_for 60 "jobs of the real side" settled "$A"; wait_for 60 "our jobs" settled "$B" || fail "jobs $SETTLED_JOBS did not end as expected"
# The real sched/builtin looks ahead every 30 s: until then nobody can say when a job will start.
expected() { [ -z "$EXPECTED_JOBS" ] || ! in_cluster "$1" squeue -h -j "$EXPECTED_JOBS" -o %S | grep -q N/A; }
wait_for 70 "expected starts of the real side" expected "$A"; wait_for 70 "our expected starts" expected "$B"
sleep 4   # the real scheduler's main loop sets reasons within that time

n=0
while IFS= read -r line; do
  case $line in ''|'#'*) continue ;; esac
  n=$((n + 1)); cmd=${line#mutate: }
  # Both at once: what they show of time and load is then the same as far as can be. A query that differs is
  # asked twice more, since the real scheduler looks at reasons and start times only every few seconds.
  for attempt in 1 2 3; do
    side "$A" "$cmd" >"$OUT/$n.real" & real=$!
    side "$B" "$cmd" >"$OUT/$n.ours"; wait $real
    same=; cmp -s "$OUT/$n.real" "$OUT/$n.ours" && same=1
    case $same$line in 1*|mutate:*|*sbatch*|*scancel*|*hold*|*release*|*requeue*|*update*) break ;; esac
    sleep 2
  done
  if [ -n "$same" ]; then pass "$cmd"; rm -f "$OUT/$n.real" "$OUT/$n.ours"
  else fail "$n: $cmd"; diff "$OUT/$n.real" "$OUT/$n.ours" | head -"${LINES_SHOWN:-6}"; fi
  case $line in mutate:*) sleep "${MUTATE_WAIT:-1}" ;; esac
done <"${COMMANDS:-$(of_scenario commands.txt)}"
finish
