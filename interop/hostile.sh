#!/bin/bash
# hostile.sh [FRAMES=50000]    bad input against our running controller: generated and mutated
# bodies, truncated, oversized, wrong-version, replayed, wrong-hash, wrong-uid frames, slow senders,
# 5,000 idle connections; while a real client keeps being served. Prints its seed.
. "$(dirname "$0")/lib.sh"
FRAMES=${1:-50000}
[ "$(id -u)" = 0 ] || { skip "hostile: needs root"; finish; exit; }
need_slurm2205 || { skip "hostile: Slurm's clients cannot be installed here"; finish; exit; }
D=$INTEROP/ours-hostile; stop_ours "$D" 2>/dev/null
trap 'stop_ours "$D"' EXIT
export PEER_CPUS=4 PEER_MEM=4000
write_conf 22.05 munge "$D" 26600 1 1 || die "no configuration"
ours "$D" 1 || { fail "ours did not come up"; finish; exit 1; }
export SLURM_CONF=$D/slurm.conf
. "$TOP/bin/lib/jdk.sh"
CP="$TOP/interop/target/classes:$(ls -d "$TOP"/slurmctld-j/target/lib/* | tr "\n" ":")"
if "$JAVA" -cp "$CP" org.slurmctldj.interop.Hostile "$D/slurm.conf" "$FRAMES" ${SEED:-}; then pass "hostile frames"; else fail "hostile frames"; fi
timeout 10 sinfo >/dev/null && pass "sinfo afterwards" || fail "sinfo afterwards"
kill -0 "$(cat "$D/run/ours-ctld.pid")" && pass "the daemon lives" || fail "the daemon died"
grep -c -i -E 'OutOfMemory|LEAK' "$D/log/slurmctld-j.out" "$D"/log/slurmctld.log 2>/dev/null | grep -v ':0$' && fail "leak or OOM in the log" || pass "no leak reported"
finish
