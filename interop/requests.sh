#!/bin/bash
# requests.sh [port]    real 22.05 clients, our controller and agents: each command line of scenarios/requests.txt makes the
# request that stands before it (sdiag counts it) and is answered: with status 0, or with words of Slurm's where it asks for what
# is not there.
. "$(dirname "$0")/lib.sh"
PORT=${1:-26900}
[ "$(id -u)" = 0 ] || { skip "requests: needs root (munge, users)"; finish; exit; }
need_slurm2205 || { skip "requests: Slurm's clients cannot be installed here"; finish; exit; }
D=$INTEROP/ours-requests; stop_ours "$D" 2>/dev/null
trap 'stop_ours "$D"' EXIT
export PEER_CPUS=4 PEER_MEM=4000 PEER_EXTRA=$HERE/scenarios/conf-extra.conf PEER_DROP=^SchedulerType=
write_conf 22.05 munge "$D" "$PORT" 1 2 || die "no configuration"
echo 'RebootProgram=/bin/true' >>"$D/slurm.conf"
ours "$D" 2 || { fail "ours did not come up"; finish; exit 1; }
export SLURM_CONF=$D/slurm.conf
cd /tmp || exit 1
sbatch -Q -o /dev/null --wrap 'sleep 600'
is_running() { [ "$(squeue -h -j 1 -o %T)" = RUNNING ]; }
wait_for 30 "job 1" is_running
count() { sdiag | sed -nE "s/^[[:space:]]*$1[[:space:]]*\(.*count:([0-9]+).*/\1/p" | head -1; }
shutting() { wait_for 20 "the end" eval "! kill -0 $1 2>/dev/null"; }
while IFS='|' read -r request line; do
  case $request in ''|'#'*) continue ;; esac
  request=${request// /}; line=${line//@PORT@/$PORT}
  before=$(count "$request"); pid=$(cat "$D/run/slurmctld.pid" 2>/dev/null)
  timeout 60 bash -c "$line" >"$D/log/o" 2>&1 </dev/null; status=$?
  if [ "$request" = REQUEST_SHUTDOWN ]; then
    shutting "$pid" && pass "$request: $line" || fail "$request: $line: still running"
    continue
  fi
  counted() { [ "$(($(count "$request") + 0))" -gt "${before:-0}" ]; }   # a step's end comes after srun's
  wait_for 10 "$request" counted 2>/dev/null
  after=$(count "$request")
  if [ "$((${after:-0} - ${before:-0}))" -lt 1 ]; then fail "$request is not what '$line' asks: $(head -1 "$D/log/o")"
  elif [ $status -ne 0 ] && ! grep -qE 'error|fail|Invalid|not|no longer|No ' "$D/log/o"; then fail "$request: $line: status $status: $(head -1 "$D/log/o")"
  elif grep -q 'is not supported by slurmctld-j' "$D/log/o"; then fail "$request: $line: $(head -1 "$D/log/o")"
  else pass "$request: $line (status $status)"; fi
done <"$HERE/scenarios/requests.txt"
finish
