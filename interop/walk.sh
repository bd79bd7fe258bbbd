#!/bin/bash
# walk.sh RELEASE AUTH [port] [first seed] [walks] [steps]     random commands on a real slurmctld and on ours
#
# Each walk draws commands from a seed (submissions with random options, updates, holds, cancels, nodes and
# partitions changed, right ones and wrong ones, by root and by two users), gives each to both sides and compares
# output, error text, exit status and what the job is like afterwards. walk.py has the commands; masks as compare.sh.
# RUNNING=1: jobs that run, arrays, suspend, requeue, reservations, signals (walk_running.py has those commands).
# A walk that differs prints its seed, the step and the difference: the same seed asks the same again.
. "$(dirname "$0")/lib.sh"
REL=${1:?usage: walk.sh RELEASE AUTH [port] [first seed] [walks] [steps]} AUTH=${2:-munge} PORT=${3:-27600}
SEED=${4:-$((RANDOM * 32768 + RANDOM))} WALKS=${5:-1} STEPS=${6:-150}
[ "$(id -u)" = 0 ] || { skip "walk $REL $AUTH: needs root (users, chroot)"; finish; exit; }
need_slurm2205 || { skip "walk $REL $AUTH: Slurm's packages cannot be installed here"; finish; exit; }
need_users
A=$INTEROP/real-walk-$REL-$AUTH B=$INTEROP/ours-walk-$REL-$AUTH
OUT=$INTEROP/diff-walk-$REL-$AUTH; rm -rf "$OUT"; mkdir -p "$OUT"
export PEER_EXTRA=$HERE/scenarios/walk/conf-extra.conf
. "$HERE/scenarios/options/env.sh"
NODES=2
export PEER_CPUS=4 PEER_MEM PEER_DROP
trap 'stop_ours "$B"; stop_real "$A"; stop_real "$B"' EXIT
conf() {
  { conf_of_port "$4"; cat "$PEER_EXTRA"; } >"$OUT/extra.$4"
  PEER_EXTRA=$OUT/extra.$4 write_conf "$@"
}
for seed in $(seq "$SEED" $((SEED + WALKS - 1))); do
  stop_real "$A"; stop_real "$B"; stop_ours "$B"
  conf "$REL" "$AUTH" "$A" "$PORT" 0 $NODES || die "the real $REL did not start"
  if [ -n "${SELF:-}" ]; then
    conf "$REL" "$AUTH" "$B" $((PORT + 50)) 0 $NODES || die "the second real $REL did not start"
  else
    conf "$REL" "$AUTH" "$B" $((PORT + 50)) 1 $NODES || die "no configuration"
    ours "$B" $NODES || { fail "ours did not come up on $B"; finish; exit 1; }
  fi
  if python3 "$HERE/walk.py" "$seed" "$STEPS" "$A" "$B" "$HERE/masks.sed" >"$OUT/$seed" 2>&1; then pass "walk $seed"
  else fail "walk $seed: $(grep -c '^differs' "$OUT/$seed") of $STEPS steps differ"; cat "$OUT/$seed"; fi
done
finish
