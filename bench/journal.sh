#!/bin/bash
# journal.sh [DIRECTORY [BYTES [SECONDS]]]   durable journal records/s with 1, 8 and 64 in flight, beside a bare group-commit append
# of the same bytes on the same disk (JournalBench says what that is), and how many records shared an fdatasync. Exit status 1 below half of it at 64.
# DIRECTORY /tmp, records of 320 bytes (a submission's), 5 s for each number. Needs mvn test-compile of slurmctld-j.
top=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$top/bin/lib/jdk.sh"
target=$top/slurmctld-j/target
[ -e "$target/test-classes/org/slurmctldj/journal/JournalBench.class" ] || { echo "build first: mvn test-compile" >&2; exit 1; }
"$JAVA" "@$top/bin/lib/slurmctld-j.jvm" -cp "$target/test-classes:$target/classes:$target/lib/*" \
  org.slurmctldj.journal.JournalBench "${1:-/tmp}" "${2:-320}" "${3:-5}"
