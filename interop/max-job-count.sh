#!/bin/bash
# max-job-count.sh [RELEASE AUTH [PORT]]...   (default 22.05 munge) MaxJobCount is reached: real sbatch says what it says against the
# real slurmctld, tries again by itself, and succeeds once a job is gone; an array counts as its tasks; nothing crashes.
. "$(dirname "$0")/lib.sh"
REL=${1:-22.05} AUTH=${2:-munge} PORT=${3:-26700}
need_slurm2205 || { skip "max-job-count: Slurm's clients cannot be installed here"; finish; exit; }
A=$INTEROP/real-maxjobs B=$INTEROP/ours-maxjobs
stop_real "$A"; stop_ours "$B"; stop_real "$B"
trap 'stop_ours "$B"; stop_real "$A"; stop_real "$B"; rm -f "$PEER_EXTRA"' EXIT
export PEER_EXTRA=$INTEROP/maxjobs.conf PEER_DROP='^(MaxJobCount|MinJobAge)='
printf 'MaxJobCount=4\nMinJobAge=2\n' >"$PEER_EXTRA"
write_conf "$REL" "$AUTH" "$A" "$PORT" 0 1 || die "the real $REL did not start"
write_conf "$REL" "$AUTH" "$B" $((PORT + 50)) 1 1 || die "no slurm.conf for ours"
ours_ctld "$B" || die "ours did not start"

say_refusal() { # DIR: what sbatch says when there is no room, until it has said it once
  in_cluster "$1" timeout 4 sbatch "${@:2}" -H -o /dev/null --wrap true 2>&1 | head -1
}
for side in "$A" "$B"; do
  for i in 1 2 3; do in_cluster "$side" sbatch --parsable -H -o /dev/null --wrap true >>"$INTEROP/maxjobs-${side##*-}" 2>&1 || fail "${side##*/}: job $i was refused"; done
  say_refusal "$side" -a 0-4 >"$side.array"
  # real ones before 26.05 refuse the job that would make MaxJobCount full (docs/differences.md), ours the one behind it
  [ "$side" = "$A" ] && [ "$REL" != 26.05 ] || in_cluster "$side" sbatch --parsable -H -o /dev/null --wrap true >/dev/null 2>&1 || fail "${side##*/}: the last of four jobs was refused"
  say_refusal "$side" >"$side.said"
done
for what in said array; do
  real=$(cat "$A.$what") ours=$(cat "$B.$what")
  if [ "$real" = "$ours" ] && [ -n "$ours" ]; then pass "$what: $ours"; else fail "$what: real \"$real\", ours \"$ours\""; fi
done
# sbatch that waits gets in when a job has gone (MinJobAge is over)
in_cluster "$B" sbatch -H -o /dev/null --wrap true >"$B.waiting" 2>&1 &
waiting=$!
grep_waiting() { grep -q . "$B.waiting"; }
wait_for 10 "sbatch to say that it waits" grep_waiting
in_cluster "$B" scancel 2
if wait $waiting; then pass "sbatch got in: $(tail -1 "$B.waiting")"; else fail "sbatch gave up: $(cat "$B.waiting")"; fi
in_cluster "$B" scontrol ping | grep -q UP && pass "still serving" || fail "the controller does not answer"
finish
