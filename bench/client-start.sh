#!/bin/bash
# client-start.sh [rounds]    what it costs to start a client: bin/squeue beside `java --version`
#
# Wall time of whole processes, taken in turns on the same machine, the median of so many rounds (default 41). squeue asks
# a controller of ours with two nodes and a few jobs; SLURM_CONF set: whatever controller that names. More than three times
# `java --version` is a failure (the goal of issue 2). PORT=25300 is the controller's port.
set -u
. "$(dirname "$0")/../interop/lib.sh"
. "$TOP/bin/lib/jdk.sh"
ROUNDS=${1:-41}
if [ -z "${SLURM_CONF:-}" ]; then
  need_slurm2205 || { skip "client start: Slurm's packages (munge) cannot be installed here"; finish; exit; }
  D=$INTEROP/client-start
  stop_ours "$D"; stop_real "$D"
  trap 'stop_ours "$D"; stop_real "$D"' EXIT
  write_conf 22.05 munge "$D" "${PORT:-25300}" 1 2 && ours "$D" 2 || die "no cluster to ask"
  export SLURM_CONF=$D/slurm.conf
  for _ in 1 2 3 4 5; do "$TOP/bin/sbatch" -H --wrap true >/dev/null || die "no job"; done
fi
now() { echo "${EPOCHREALTIME/./}"; }
took() { local t; t=$(now); "$@" >/dev/null 2>&1 || die "$* failed"; echo $(($(now) - t)); }
for _ in 1 2 3; do took "$TOP/bin/squeue" >/dev/null; took "$JAVA" --version >/dev/null; done
a=() b=()
for _ in $(seq "$ROUNDS"); do a+=("$(took "$JAVA" --version)"); b+=("$(took "$TOP/bin/squeue")"); done
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
java=$(median "${a[@]}") squeue=$(median "${b[@]}")
echo "java --version $((java / 1000)).$((java / 100 % 10)) ms, bin/squeue $((squeue / 1000)).$((squeue / 100 % 10)) ms: $((squeue * 100 / java))% (median of $ROUNDS, load $(cut -d' ' -f1 /proc/loadavg))"
[ "$squeue" -le $((3 * java)) ] && pass "bin/squeue starts within three times java --version" || fail "bin/squeue takes more than three times java --version"
finish
