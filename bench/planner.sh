#!/bin/sh
# bench/planner.sh [backfill]   what a scheduling pass costs at 1,000 nodes / 10,000 pending jobs and at 10,000 / 100,000
#
# Medians of 3,000 passes on the real store, one event each, and the ratios (the bound is 3). Needs the compiled tests:
# mvn test-compile.
case ${1:-} in -h | --help) sed -n '2,5p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;; esac
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/bin/lib/jdk.sh"
daemon=$top/slurmctld-j/target
if [ ! -f "$daemon/test-classes/org/slurmctldj/sched/PlannerBench.class" ] || [ ! -d "$daemon/lib" ]; then
  echo "planner: build first (mvn package -DskipTests)" >&2
  exit 1
fi
exec "$JAVA" -XX:+UseSerialGC -Xmx2g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dchronicle.announcer.disable=true \
  -cp "$daemon/test-classes:$daemon/classes:$top/proto/target/classes:$daemon/lib/*" org.slurmctldj.sched.PlannerBench "$@"
