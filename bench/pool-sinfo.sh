#!/bin/bash
# bench/pool-sinfo.sh [PORT]    (default 27400; SINFOS=300 queries a phase, NODES=2048, JOBS=16384, RATE=20 jobs/s more)
#   PCS's LARGE, two bounds in one command: (1) bench/pool-scale.sh: all nodes of a group of 2,048 requested within 30 s for 16,384 jobs,
#   a cloud that answers in 200 ms; (2) real sinfo on a real controller with such a group: its p99 while the nodes are ordered for that many
#   jobs, which come at a pace (ARRAYS=100 arrays, ten a second), at most twice that of the idle controller. As all figures here it is judged of
#   a warm controller; what it is when all jobs come at once, first and after WARM=2 such storms, is printed, too. The cloud of (2) is
#   interop/fake-cloud, whose instances never boot. Prints met or missed for each; status 1 if one is missed.
HERE=$(cd "$(dirname "$0")" && pwd)
case ${1:-} in -h | --help) sed -n '2,7p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;; esac
SINFOS=${SINFOS:-300} NODES=${NODES:-2048} JOBS=${JOBS:-16384} RATE=${RATE:-20} WARM=${WARM:-2} ARRAYS=${ARRAYS:-100} BENCH=$HERE
set -- "${1:-27400}"
. "$HERE/../interop/lib.sh"
. "$HERE/../interop/cloud-lib.sh"
PORT=$1 D=$INTEROP/pool-sinfo missed=0
need_slurm2205 || die "needs Slurm 22.05's clients"
line=$("$BENCH/pool-scale.sh" "$NODES" "$JOBS" 1 | tail -1); echo "$line"
took=$(echo "$line" | sed -n 's/.*all requested after \([0-9.]*\) s.*/\1/p')
if awk "BEGIN { exit !(\"$took\" != \"\" && $took <= 30) }"; then echo "met: all $NODES nodes requested after $took s (bound 30 s)"; else echo "missed: all $NODES nodes requested after $took s (bound 30 s)"; missed=1; fi
export SLURM_CONF=$D/slurm.conf
stop() { end_pid "$D/run/pace.pid"; end_pid "$D/run/ours-ctld.pid"; end_pid "$D/run/fake-cloud.pid"; }
trap stop EXIT
stop 2>/dev/null; rm -rf "$D"
cloud_munge || die "no munged"
CLOUD_GROUPS="" CLOUD_QUEUES="" CLOUD_EXTRA="MaxJobCount=200000
MaxArraySize=20001" cloud_conf "$D" "$PORT"
sed -i -E "s/^    max: 4/    max: $NODES\n    resume-timeout: 1800/" "$D/pools.yaml"
fake_start "$D" "$PORT" || die "no fake cloud"
fake "fault?what=silent&type=c5.large"
fake "fault?what=silent&type=m5.large"
fake "fault?what=delay&action=RunInstances&ms=200"
cloud_ctld "$D" || { tail -20 "$D/log/slurmctld-j.out" >&2; die "no controller"; }
sinfos() { # -> p50 and p99 in ms of $SINFOS real sinfo
  python3 - "$SINFOS" <<'P'
import subprocess, sys, time
t = []
for _ in range(int(sys.argv[1])):
    a = time.perf_counter()
    subprocess.run(["sinfo"], stdout=subprocess.DEVNULL, check=True)
    t.append((time.perf_counter() - a) * 1000)
    time.sleep(0.02)
t.sort()
print("%.1f %.1f" % (t[len(t) // 2], t[int(len(t) * 0.99)]))
P
}
# storm COUNT: so many arrays, ten a second, that together have $JOBS jobs, and single jobs at a pace -> p50 and p99 of sinfo meanwhile
storm() {
  (for ((i = 0; i < $1; i++)); do sbatch --array=1-$((JOBS / $1)) -N1 -o /dev/null --wrap true >/dev/null; sleep 0.09; done) & echo $! >"$D/run/arrays.pid"
  (while sleep "$(awk "BEGIN { print 1 / $RATE }")"; do sbatch -N1 -o /dev/null --wrap true >/dev/null; done) & echo $! >"$D/run/pace.pid"
  sinfos
  end_pid "$D/run/arrays.pid" 2>/dev/null
  end_pid "$D/run/pace.pid" 2>/dev/null
  sleep 1 # the sbatch that was under way
}
nodes_that() { sinfo -h -N -o '%N %t' | sort -u | awk -v s="$1" '$2 ~ s { n++ } END { print n + 0 }'; }
are_down() { [ "$(nodes_that '^idle~')" = "$NODES" ]; }
# No job, no machine, as at the start
calm() {
  sleep 8 # machines that no inventory has shown yet count as there for two minutes
  scancel -u "$(id -un)"
  scontrol update "nodename=compute-1-[1-$NODES]" state=power_down_force
  wait_for 120 "all nodes powered down" are_down
}
say() { # WHAT IDLE LOAD
  echo "sinfo, $NODES nodes, $1: idle p50 ${2% *} p99 ${2#* } ms; with $JOBS jobs, $RATE/s more, $(nodes_that '[#]|alloc|%') nodes ordered: p50 ${3% *} p99 ${3#* } ms"
}
sinfos >/dev/null # warm
idle=$(sinfos) load=$(storm 1)
say "a controller's first orders, all jobs at once" "$idle" "$load"
for ((i = 0; i < WARM; i++)); do
  calm
  idle=$(sinfos) load=$(storm 1)
done
say "after $WARM such storms, all jobs at once" "$idle" "$load"
calm
idle=$(sinfos) load=$(storm "$ARRAYS")
say "jobs at a pace, $ARRAYS arrays, ten a second" "$idle" "$load"
if awk "BEGIN { exit !(${load#* } <= 2 * ${idle#* }) }"; then echo "met: sinfo p99 ${load#* } ms at load, ${idle#* } ms idle (bound twice)"; else echo "missed: sinfo p99 ${load#* } ms at load, ${idle#* } ms idle (bound twice)"; missed=1; fi
exit $missed
