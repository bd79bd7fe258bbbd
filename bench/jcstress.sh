#!/bin/bash
# bench/jcstress.sh [check|quick|default|tough] [PATTERN]
#   jcstress over every hand-over between threads: row stamp, row re-use (free list), id index, table
#   growth, the journal's queue and its wake-up, publication of changes, definitions' bytes, planners' claims, shares of encoded jobs. A forbidden outcome fails; each names what it would mean.
#   check is quick without every mix of compilers per actor: one minute, for bin/check.
#   The last line is "N passed, N failed, 0 skipped".
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd); cd "$TOP" || exit 1
. bin/lib/jdk.sh
MODE=${1:-quick}; PATTERN=${2:-Stress}; SPLIT=true
[ "$MODE" != check ] || { MODE=quick; SPLIT=false; }
CP=$TOP/bench/target/classes:$TOP/bench/target/lib/*
[ -d bench/target/lib ] || { echo "bench/jcstress.sh: build first: mvn package" >&2; exit 1; }
out=$(mktemp -d); trap 'rm -rf "$out"' EXIT
cd "$out" || exit 1 # it leaves its results where it runs
"$JAVA_HOME/bin/java" -cp "$CP" org.openjdk.jcstress.Main -m "$MODE" -t "$PATTERN" -r "$out/html" -sc $SPLIT \
  --jvmArgsPrepend "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow" \
  >"$out/log" 2>&1
rc=$?
grep -E 'FORBIDDEN|FAILED|ERROR|Results across|Exception' "$out/log" | grep -v ' 0  *0.00%' | sort | uniq -c | head -40
ok=$(grep -oE '[0-9]+ passed' "$out/log" | tail -1); bad=$(grep -oE '[0-9]+ failed' "$out/log" | tail -1)
[ -n "$ok" ] || { tail -20 "$out/log"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
echo "$ok, ${bad:-0 failed}, 0 skipped"
exit $rc
