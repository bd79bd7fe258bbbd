#!/bin/bash
# bench/jmh.sh [JMH OPTIONS]   the microbenchmarks (codec, hostlist, planner, journal): mvn package first.
#   Short by default (1 fork, 3 x 1 s); for figures to keep: bench/jmh.sh -f 3 -wi 5 -i 10
set -eu
cd "$(dirname "$0")/.."
. bin/lib/jdk.sh
[ -d bench/target/lib ] || { echo "bench/jmh.sh: build first: mvn package" >&2; exit 1; }
# JMH takes each option once
case " $* " in *" -f "* | *" -i "* | *" -wi "*) short= ;; *) short="-f 1 -wi 2 -w 1 -i 3 -r 1" ;; esac
exec "$JAVA_HOME/bin/java" @bin/lib/slurmctld-j.jvm -cp "bench/target/classes:bench/target/lib/*" org.openjdk.jmh.Main $short "$@"
