#!/bin/bash
# versus-slurm.sh [a2 a1 f e d c g]   ours beside the real slurmctld on this machine, driven by the same client programs in
# interleaved runs; prints a line per figure and keeps all of it in bench/results/<date>-<commit>.txt. README.md says what each
# figure is and which environment variables size it. Needs root (chroots of newer releases), gcc, Debian's slurm and munge.
cd "$(dirname "$0")" || exit 1
. ./lib.sh
. "$TOP/bin/lib/jdk.sh"
[ "$(id -u)" = 0 ] || die "needs root: the newer release runs in a chroot"
need_slurm2205 || die "no Slurm 22.05 here and it could not be installed"
for f in "$@"; do [ -r "figures/$f.sh" ] || die "no figure $f: $(cd figures && echo *.sh | sed 's/\.sh//g')"; done
build_load
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"
REPORT=$INTEROP/report.txt
: >"$REPORT"
trap 'unpair; munged_down' EXIT
trap 'exit 130' INT TERM
machine | tee -a "$REPORT"
for f in ${*:-a2 a1 f e d q c g}; do
  say ""
  say "== $f: $(sed -n 's/^# TITLE: //p' "figures/$f.sh")"
  # a figure that cannot be measured does not take the others with it
  . "figures/$f.sh"
  unpair
done
say ""
say "load after  $(cut -d' ' -f1-3 /proc/loadavg)"
result=results/$(date -u +%Y-%m-%d-%H%M)-$(git -C "$TOP" rev-parse --short HEAD).txt
cp "$REPORT" "$result"
echo "kept in bench/$result"
