#!/bin/bash
# locks.sh   shows that no thread of the controller waits for a lock while jobs are submitted, started, completed and queried:
# records every wait for a monitor and every park of a thread for LOCKS_SECONDS (15) under that load, after LOCKS_WARM (15) s of
# it (classes loaded for the first time are another matter), and judges each by its stack (LockReport.java names the idle-wait
# sites and prints for each what the thread has there, how often, and which threads). Exit status 1 and the stacks if one is not idle.
cd "$(dirname "$0")" || exit 1
. ./lib.sh
. "$TOP/bin/lib/jdk.sh"
[ "$(id -u)" = 0 ] || die "needs root: the newer release runs in a chroot"
need_slurm2205 || die "no Slurm 22.05 here and it could not be installed"
build_load
: "${LOCKS_SECONDS:=15}" "${LOCKS_WARM:=15}"
REPORT=$INTEROP/report.txt REL=24.11
R=$INTEROP/none O=$INTEROP/ours
trap 'unpair; munged_down' EXIT
trap 'exit 130' INT TERM
# one line of jobs is enough: they are short, and the node is small
write_conf 24.11 slurm "$O" $((BASE_PORT + 10)) 1 1 || die "no slurm.conf"
ours_ctld "$O" || die "our controller did not start"
disown -a
ours_agent "$O" n1
disown -a
wait_for 60 "our node" ours_idle "$O" 1 || die "our node is not idle"
pid=$(cat "$O/run/ours-ctld.pid")

# load SECONDS   submit held and free jobs, ask for lists and single jobs, cancel, all at the same time
load() {
  local end=$((SECONDS + $1)) loads=() free
  raw "$O" submit -n 1000000 -k 16 -T "$1" >"$INTEROP/locks-submit.txt" 2>&1 & loads+=($!)
  raw "$O" ping -n 1000000 -k 4 -T "$1" >/dev/null 2>&1 & loads+=($!)
  raw "$O" latency -n 100000 -g 5 >"$INTEROP/locks-latency.txt" 2>&1 & free=$!
  (while [ $SECONDS -lt $end ]; do raw "$O" jobs -n 1 >/dev/null 2>&1; sleep .5; done) & loads+=($!)
  (while [ $SECONDS -lt $end ]; do in_cluster "$O" squeue -h -j 5 >/dev/null 2>&1; in_cluster "$O" sinfo -h >/dev/null 2>&1; in_cluster "$O" scancel 7 >/dev/null 2>&1; sleep .2; done) & loads+=($!)
  wait "${loads[@]}"
  kill "$free" 2>/dev/null
}
load "$LOCKS_WARM"
"$JAVA_HOME/bin/jcmd" "$pid" JFR.start name=locks settings="$BENCH/locks.jfc" >/dev/null || die "no flight recording"
load "$LOCKS_SECONDS"
"$JAVA_HOME/bin/jcmd" "$pid" JFR.dump name=locks filename="$INTEROP/locks.jfr" >/dev/null || die "no flight recording"
head -1 "$INTEROP/locks-submit.txt"
"$JAVA" "$BENCH/LockReport.java" "$INTEROP/locks.jfr"
