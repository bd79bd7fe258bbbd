# Sourced by figure.sh and versus-slurm.sh: pairs of clusters ("real" and "ours") on one slurm.conf each, the load programs, CPU and
# memory of a controller by its pid, medians. Processes are ended by pid files (interop/lib.sh), never by name.
BENCH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
INTEROP=${WORK:-/tmp/slurmctld-j-bench}
. "$BENCH/../interop/lib.sh"
# Debian's clients and both controllers start from inherited settings otherwise
unset SLURM_CONF
BASE_PORT=${BASE_PORT:-21800}
REPS=${REPS:-3}

now_ms() { echo $(($(date +%s%N) / 1000000)); }
say() { echo "$*" | tee -a "$REPORT"; }
note() { echo "  # $*" | tee -a "$REPORT"; }
median() { printf '%s\n' "$@" | sort -g | awk '{a[NR]=$1}END{print a[int((NR+1)/2)]}'; }
spread() { printf '%s\n' "$@" | sort -g | awk '{a[NR]=$1}END{printf "%s..%s", a[1], a[NR]}'; }
val() { sed -n "s/.*[ _]$1=\([0-9.]*\).*/\1/p" | head -1; }

# figure NAME UNIT "real values" "ours values" BOUND   one line; BOUND as "ours/real >= 5", "ours <= 25", "-" for none
figure() {
  local name=$1 unit=$2 real ours ratio verdict=
  real=$(median $3); ours=$(median $4)
  ratio=$(awk -v a="$ours" -v b="$real" 'BEGIN{if (b > 0) printf "%.2f", a / b; else print "-"}')
  [ "$5" = - ] || verdict=$(awk -v o="$ours" -v r="$ratio" -v bound="$5" 'BEGIN{
    split(bound, p, " "); v = p[1] == "ours" ? o : r
    ok = p[2] == ">=" ? v >= p[3] : v <= p[3]
    if (v == "-") print "(" bound ": not measured)"; else print "(" bound ": " (ok ? "met" : "MISSED") ")"}')
  say "$(printf '%-34s real %10s [%s]  ours %10s [%s] %s  ours/real %s  %s' \
    "$name" "${real:--}" "$(spread $3)" "${ours:--}" "$(spread $4)" "$unit" "$ratio" "$verdict")"
}

build_load() {
  RAW=$INTEROP/raw-load; LOAD=$INTEROP/slurm-load; FAKED=$INTEROP/fake-slurmd
  [ "$FAKED" -nt "$BENCH/fake-slurmd.c" ] && [ "$FAKED" -nt "$BENCH/frame.h" ] || gcc -O2 -o "$FAKED" "$BENCH/fake-slurmd.c" -lmunge || die "fake-slurmd does not build"
  [ "$RAW" -nt "$BENCH/raw-load.c" ] && [ "$RAW" -nt "$BENCH/frame.h" ] || gcc -O2 -DWITH_MUNGE -o "$RAW" "$BENCH/raw-load.c" -lmunge || die "raw-load does not build"
  [ "$LOAD" -nt "$BENCH/slurm-load.c" ] || gcc -O2 -rdynamic -o "$LOAD" "$BENCH/slurm-load.c" -lslurm -ldl || die "slurm-load does not build"
}

# pair RELEASE AUTH NODES   a fresh real controller in $R and a fresh one of ours in $O, both with NODES nodes that answer, of
# CLUSTER_NODES in slurm.conf. FAKE=1: fake-slurmd plays all of CLUSTER_NODES on either side (22.05)
pair() {
  local rel=$1 auth=$2 nodes=$3
  unpair
  R=$INTEROP/real O=$INTEROP/ours
  REL=$rel
  # start-slurm.sh takes 0 slurmds only beside at least one node line
  PEER_MODE=${FAKE:+fake} FAKE_SLURMD=$FAKED PEER_FAKE_MS=${B1_MS:-0} PEER_SLURMD=$nodes write_real "$rel" "$auth" || die "the real slurmctld did not start"
  [ -z "${FAKE:-}" ] || wait_for 60 "the simulated nodes of slurmctld" ours_idle "$R" "$CLUSTER_NODES" || die "its nodes are not idle"
  ours_alone "$rel" "$auth"
  [ -z "${FAKE:-}" ] || fake_slurmds "$O" "$CLUSTER_NODES" "${B1_MS:-0}"
  [ "$nodes" = 0 ] || { ours_agent "$O" n1; wait_for 60 "our node" ours_idle "$O" 1 || die "our node is not idle"; }
}
# ours_ctld DIR   as the real one is started: a daemon that logs to its file alone (interop/lib.sh's has -D, for its output)
ours_ctld() {
  local d=$1
  "$TOP/bin/slurmctld-j" -f "$(readlink -f "$d/slurm.conf")" </dev/null >>"$d/log/slurmctld-j.out" 2>&1 || { tail -20 "$d/log/slurmctld-j.out" >&2; return 1; }
  cp "$d/run/slurmctld.pid" "$d/run/ours-ctld.pid"
  wait_for 60 "our controller in $d" in_cluster "$d" scontrol ping || { tail -20 "$d/log/slurmctld-j.out" >&2; return 1; }
}
# ours_alone RELEASE AUTH   only ours, in $O
ours_alone() {
  O=$INTEROP/ours REL=$1
  write_conf "$1" "$2" "$O" $((BASE_PORT + 100)) 1 "${CLUSTER_NODES:-1}" || die "no slurm.conf for ours"
  ours_ctld "$O" || die "our controller did not start"
  disown -a # bash would report each kill -9
}
# fake_slurmds DIR NODES MS   fake-slurmd for a controller that runs already
fake_slurmds() {
  SLURM_CONF=$1/slurm.conf setsid "$FAKED" -n "$2" -b $(($(port_of "$1") + 1000)) -c 64 -m 64000 -d "$3" </dev/null >"$1/log/fake-slurmd.log" 2>&1 &
  echo $! >"$1/run/slurmd-fake.pid"
  wait_for 60 "$2 simulated slurmds" ours_idle "$1" "$2" || die "the simulated nodes are not idle"
}
# fake_agents DIR NODES MS   FakeAgents.java for our controller; $DIR/run/agents.status counts
fake_agents() {
  setsid "$JAVA" -XX:+UseSerialGC -Xmx512m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dio.netty.noUnsafe=false \
    -cp "$TOP/slurmctld-j/target/lib/*" "$BENCH/FakeAgents.java" "$1/slurm.conf" "$2" "$1/run/agents.status" "$3" </dev/null >"$1/log/agents.out" 2>&1 &
  echo $! >"$1/run/ours-agents.pid"
  wait_for 120 "$2 simulated agents" grep -qs "live=$2 " "$1/run/agents.status" || die "the simulated agents are not connected"
}
write_real() {
  rm -rf "$R"; mkdir -p "$R"
  case $1 in
    22.05) PEER_MUNGE_DIR=$INTEROP/munge "$PEER/start-slurm.sh" "${CLUSTER_NODES:-1}" "$R" "$BASE_PORT" ;;
    *) AUTH=$2 "$PEER/start-slurm-release.sh" "$1" "${CLUSTER_NODES:-1}" "$R" "$BASE_PORT" ;;
  esac >"$INTEROP/start-real.log" 2>&1 || { tail -20 "$INTEROP/start-real.log" >&2; return 1; }
}
unpair() {
  [ -n "${R:-}${O:-}" ] || return 0
  [ -z "${O:-}" ] || { end_pid "$O/run/ours-agents.pid"; stop_ours "$O"; stop_real "$O"; }
  [ -z "${R:-}" ] || stop_real "$R"
  R= O=
}
munged_down() { end_pid "$INTEROP/munge/munged.pid"; }

# real_again / ours_again: the controller once more, in the background, not waited for
real_again() {
  case $REL in
    22.05) slurmctld -f "$R/slurm.conf" >/dev/null 2>&1 & ;;
    *) "$R/ctld" >/dev/null 2>&1 & ;;
  esac
}
ours_again() {
  setsid "$TOP/bin/slurmctld-j" -D -f "$O/slurm.conf" </dev/null >>"$O/log/slurmctld-j.out" 2>&1 &
  echo $! >"$O/run/ours-ctld.pid"
  disown -a
}
again() { if [ "$1" = "$R" ]; then real_again; else ours_again; fi; }
pid_of() { if [ "$1" = "$R" ]; then cat "$R/run/slurmctld.pid"; else cat "$O/run/ours-ctld.pid"; fi; }
kill9() {
  local p; p=$(pid_of "$1")
  kill -9 "$p"
  while kill -0 "$p" 2>/dev/null && ! grep -qs '^State:.Z' "/proc/$p/status"; do sleep .002; done
}
port_of() { sed -n 's/^SlurmctldPort=//p' "$1/slurm.conf"; }
raw() { # DIR MODE ARGS...   raw frames of 24.11 with auth/slurm tokens
  local d=$1 mode=$2; shift 2
  timeout "${RUN_LIMIT:-150}" "$RAW" "$mode" -K "$d/slurm.key" -p "$(port_of "$d")" -V "${RAW_V:-42}" "$@"
}

# CPU of a controller in ms: all of it, and the JIT compiler threads' part (a JVM's alone)
cpu_all() { awk '{print ($14 + $15) * 10}' "/proc/$1/stat"; }
cpu_jit() {
  cat /proc/"$1"/task/*/stat 2>/dev/null | awk '/\(C[12] CompilerThre/ {sub(/^.*\) /, ""); t += $12 + $13} END {print t * 10}'
}
rss_kib() { awk '/VmRSS/ {print $2}' "/proc/$1/status"; }

# cpu_start PID; cpu_per N   ms of CPU per call since, JIT threads apart; CPU_JIT is theirs
cpu_start() { CPU_PID=$1 CPU_0=$(cpu_all "$1") JIT_0=$(cpu_jit "$1"); }
cpu_per() {
  CPU_JIT=$(awk -v a="$(cpu_jit "$CPU_PID")" -v b="$JIT_0" -v n="$1" 'BEGIN{v = a - b; printf "%.3f", (v > 0 ? v : 0) / n}')
  CPU_OWN=$(awk -v a="$(cpu_all "$CPU_PID")" -v b="$CPU_0" -v n="$1" -v j="$CPU_JIT" 'BEGIN{printf "%.3f", (a - b) / n - j}')
}

# as bin/slurmctld-j decides: without its AOT cache (or with classes newer than it) a start costs a second more
aot_cache() {
  local t=$TOP/slurmctld-j/target
  [ -s "$t/slurmctld-j.aot" ] || { echo none; return 1; }
  [ -z "$(find "$t/classes" "$t/lib" -type f -newer "$t/slurmctld-j.aot" -print -quit)" ] || { echo "older than the classes"; return 1; }
  echo used
}
machine() {
  echo "commit      $(git -C "$TOP" rev-parse --short HEAD)$(git -C "$TOP" diff --quiet HEAD -- . ':!bench/results' || echo ' with uncommitted changes')"
  echo "date        $(date -u +%Y-%m-%dT%H:%MZ)"
  echo "machine     $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo), Linux $(uname -r)"
  echo "file system $(df --output=fstype "$INTEROP" | tail -1) ($INTEROP)"
  echo "java        $("${JAVA:-java}" -version 2>&1 | sed -n 2p)"
  echo "AOT cache   $(aot_cache)"
  echo "load before $(cut -d' ' -f1-3 /proc/loadavg) (1, 5, 15 minutes; idle would be near 0)"
  [ "$(cut -d. -f1 /proc/loadavg)" -lt 1 ] || echo "            the machine was BUSY with other work: ratios mean more than absolute figures, and both are rough"
  echo "runs        REPS=$REPS, interleaved, medians [lowest..highest]; CPU per call leaves the JIT threads apart"
}
