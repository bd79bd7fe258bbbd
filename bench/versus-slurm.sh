#!/bin/bash
# versus-slurm.sh [-b SECONDS] [FIGURE...]   ours beside the real slurmctld on this machine, driven by the same client programs
# in interleaved runs; prints a line per number and writes each at once to bench/results/<date>-<commit>.txt. README.md says what each
# figure is and which environment variables size it. Needs root (chroots of newer releases), gcc, Debian's slurm and munge.
#
#   -b SECONDS   time for all of it (default 2700): what does not fit is named and left out
#   WITHOUT_AOT=1 in the environment measures although the controller's AOT cache is missing or older than its classes
#   FIGURE       of a2 a1 b1 b2 c d e f g q s journal sim scale growth profile; default all, in that order
#
# Each figure is a process of its own with a time limit (its "# LIMIT:" line): one that fails or hangs takes nothing with it.
case ${1:-} in -h | --help) sed -n '2,10p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;; esac
cd "$(dirname "$0")" || exit 1
BUDGET=2700
[ "${1:-}" != -b ] || { BUDGET=${2:?seconds}; shift 2; }
. ./lib.sh
. "$TOP/bin/lib/jdk.sh"
[ "$(id -u)" = 0 ] || die "needs root: the newer release runs in a chroot"
need_slurm2205 || die "no Slurm 22.05 here and it could not be installed"
ALL="a2 a1 b1 b2 c d e f g q s journal sim scale growth profile"
for f in "$@"; do [ -r "figures/$f.sh" ] || die "no figure $f: $ALL"; done
[ -n "${WITHOUT_AOT:-}" ] || aot_cache >/dev/null || die "the controller's AOT cache is $(aot_cache): mvn package -DskipTests, or WITHOUT_AOT=1 to measure without it"
build_load
rm -rf "$INTEROP/kept"
mkdir -p "$INTEROP/kept" results
result=results/$(date -u +%Y-%m-%d-%H%M)-$(git -C "$TOP" rev-parse --short HEAD).txt
while [ -e "$result" ]; do result=${result%.txt}+.txt; done
# the result itself: whatever ends this run, the lines so far are there
REPORT=$BENCH/$result
: >"$REPORT"
running=
trap '[ -z "$running" ] || kill "$running" 2>/dev/null; wait; munged_down' EXIT
trap 'exit 130' INT TERM
machine | tee -a "$REPORT"
for f in ${*:-$ALL}; do
  say ""
  say "== $f: $(sed -n 's/^# TITLE: //p' "figures/$f.sh")"
  limit=$(sed -n 's/^# LIMIT: //p' "figures/$f.sh")
  left=$((BUDGET - SECONDS))
  if [ "$left" -lt 30 ]; then
    note "left out: the $BUDGET s are over"
    continue
  fi
  [ "$limit" -le "$left" ] || limit=$left
  began=$SECONDS
  export WORK=$INTEROP REPORT BASE_PORT REPS
  timeout -k 30 "$limit" bash ./figure.sh "$f" &
  running=$!
  wait "$running"
  status=$?
  running=
  [ "$status" != 124 ] || note "cut off after $limit s"
  [ "$status" = 0 ] || [ "$status" = 124 ] || note "failed with status $status: see $INTEROP"
  note "took $((SECONDS - began)) s"
done
say ""
say "load after  $(cut -d' ' -f1-3 /proc/loadavg)"
say "bounds met: $(grep -c ': met)$' "$REPORT"), missed: $(grep -c ': MISSED)$' "$REPORT"), not measured: $(grep -c ': not measured)$' "$REPORT")"
echo "kept in bench/$result"
