#!/bin/sh
# bench/pool-scale.sh [NODES [JOBS [NODES-PER-JOB]]]   (default 2048 16384 1: PCS's LARGE)
# How long until every node of a group is requested, and bound to its instance, when so many jobs wait and the cloud
# answers in 200 ms. Real engine, journal, planner and provisioning; a model of a cloud. Needs the compiled tests.
case ${1:-} in -h | --help) sed -n '2,4p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;; esac
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/bin/lib/jdk.sh"
daemon=$top/slurmctld-j/target
if [ ! -d "$daemon/test-classes/org/slurmctldj/cloud" ] || [ ! -d "$daemon/lib" ]; then
  echo "pool-scale: build first (mvn package -DskipTests)" >&2
  exit 1
fi
exec "$JAVA" -Xmx2g --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.lang.reflect=ALL-UNNAMED \
  --add-exports=java.base/sun.nio.ch=ALL-UNNAMED --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED \
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dchronicle.announcer.disable=true \
  -Dnodes="${1:-2048}" -Djobs="${2:-16384}" -Dnodes.per.job="${3:-1}" \
  -cp "$daemon/test-classes:$daemon/classes:$top/proto/target/classes:$daemon/lib/*" org.slurmctldj.cloud.PoolScale
