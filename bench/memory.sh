#!/bin/bash
# bench/memory.sh [JOBS]   what jobs, array tasks and nodes cost in memory: prints docs/memory.md
#
# Measures the daemon (JOBS held jobs, 100000 by default, an 8 KB environment each; its restart after kill -9; an array of
# 1,000,000 tasks) and, in a JVM of its own, the store, apply's indexes and the planner's picture. Needs root, the build
# (mvn package -DskipTests) and what bench/versus-slurm.sh needs.
case ${1:-} in -h | --help) sed -n '2,6p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;; esac
cd "$(dirname "$0")"
WORK=${WORK:-/tmp/slurmctld-j-memory} BASE_PORT=${BASE_PORT:-21900}
. ./lib.sh
. "$TOP/bin/lib/jdk.sh"
JOBS=${1:-100000} FIRST=5000 RUN_LIMIT=${RUN_LIMIT:-900}
O=$INTEROP/ours R=
mkdir -p "$INTEROP"
REPORT=/dev/null
trap 'stop_ours "$O" >/dev/null 2>&1; munged_down' EXIT
trap 'exit 130' INT TERM
build_load >&2
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"
write_conf 24.11 slurm "$O" "$BASE_PORT" 1 1 || die "no slurm.conf"
sed -i 's/^MaxJobCount.*/MaxJobCount=5000000/; s/^MaxArraySize.*/MaxArraySize=4000001/' "$O/slurm.conf" "$O/etc/slurm.conf" 2>/dev/null
ours_ctld "$O" || die "the controller did not start"
disown -a
mib() { echo $(($1 / 1024)); }
resident() { rss_kib "$(pid_of "$O")"; }
quiet() { "$@" >>"$INTEROP/load.log" 2>&1 || die "failed: $* (see $INTEROP/load.log)"; }

empty=$(resident)
quiet raw "$O" submit -n "$FIRST" -k 8 -E 8192
sleep 6
before=$(resident)
quiet raw "$O" submit -n "$JOBS" -k 32 -E 8192
sleep 10
pending=$(resident)
quiet raw "$O" submit -n 1 -k 1 -A 0-999999 -E 8192
sleep 2
array=$(($(resident) - pending))
quiet raw "$O" jobs -n 5
listed=$(resident)
reply=$(raw "$O" jobs -n 1 | val reply_bytes)
peak=$(awk '/VmHWM/ {print $2}' "/proc/$(pid_of "$O")/status")
sleep 5
kill9 "$O"
t=$(now_ms)
ours_again
quiet raw "$O" pingwait
up=$(($(now_ms) - t))
quiet raw "$O" jobs -n 1
list=$(($(now_ms) - t))
sleep 20
again=$(resident)

thousands() { echo "$1" | sed ':a; s/\B[0-9]\{3\}\>/,&/; ta'; }
cat <<MD
# Memory

Made by \`bench/memory.sh $JOBS\` on $(date -u +%Y-%m-%d), commit $(git -C "$TOP" rev-parse --short HEAD), $(nproc) cores, Java $("$JAVA" -version 2>&1 | sed -n 's/.*build \([0-9.]*\).*/\1/p' | head -1).
Scripts and environments are files, once for each content, and cost nothing here.

## The daemon

Resident memory, heap, code and thread stacks included; held jobs with an 8 KB environment each.

| | |
|---|--:|
| empty | $(mib "$empty") MiB |
| each pending job, from $(thousands $FIRST) to $(thousands $((FIRST + JOBS))) | $(((pending - before) * 1024 / JOBS)) bytes |
| with $(thousands $((FIRST + JOBS))) pending jobs | $(mib "$pending") MiB |
| an array of 1,000,000 tasks more | $array KiB |
| after full squeues ($((reply / 1048576)) MiB each; kept encoded) | $(mib "$listed") MiB |
| the most it ever was | $(mib "$peak") MiB |
| started again after kill -9: first ping after | $up ms |
| full squeue after | $list ms |
| resident then | $(mib "$again") MiB |

## What a thing costs

The store, apply's indexes and the planner's picture, without the rest of the daemon. Off-heap is what is resident beside the
heap, in steps of the arena's slabs and of Chronicle Map's growth; heap is what lives after a collection.

MD
stop_ours "$O" >/dev/null 2>&1
daemon=$TOP/slurmctld-j/target
"$JAVA" "@$TOP/bin/lib/slurmctld-j.jvm" -XX:+AlwaysPreTouch \
  -cp "$daemon/test-classes:$daemon/classes:$TOP/proto/target/classes:$daemon/lib/*" org.slurmctldj.state.MemoryTable 2>>"$INTEROP/load.log"
cat <<'MD'

Where it lies: a job's row (planners' columns and the place of its record) and its record in slabs of 4 MiB that are used again
when the job is gone; what lists never show (arguments, content hashes, history) in Chronicle Map; job id to row in a hash table
of 16 to 32 bytes a job. An array is one record with the ranges of its pending tasks; a task gets a record of its own when it starts
or is held, and loses it MinJobAge after its end. Ranges grow with the gaps: tasks cancelled here and there cost 6 to 8 bytes a gap.
Partitions' and reservations' records lie in a Chronicle Map of their own ([decision 0102](decisions/0102-bulky-fields-in-chronicle-map-the-rest-in-an-arena.md));
on the heap each has some 100 bytes for its name and place, and its decoded form while somebody uses it.
On the heap, a pending job costs one entry of the index of names (for singleton dependencies), and the planner's key if it may start.

## The heap

`bin/lib/slurmctld-j.jvm`. Serial collector: no remembered sets and no threads, the smallest footprint, and what lives on the
heap is small, because records are not there. Young generation of 48 MiB: requests die in it. MaxHeapFreeRatio and
-ShrinkHeapInSteps give memory back at the first full collection. 2 GiB at most: a million jobs need about 100 MB of it; a flood
of large requests is bounded by the front port before.
MD
