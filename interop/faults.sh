#!/bin/bash
# faults.sh [--long] [--outage SECONDS] [--only REGEX] [port]
#
# srun, a node daemon or the controller is killed (SIGKILL) while a step is created, launched, running or completing; then what was
# killed is started again. Every time: how srun ends, the job's state and exit code, no process of the job after 60 s, all nodes idle
# again. And: a job survives an outage of the controller with its srun attached (60 s; --long: 600 s; 0: left out).
# The same steps for our controller with slurmd-agents (the default), with real slurmd (NODED=slurmd), and for real Slurm 22.05.8
# (REAL=1, RECORD=1 prints its lines): what is expected is scenarios/faults.txt, recorded there and read by eye; SRUN=ours runs our srun.
. "$(dirname "$0")/lib.sh"
OUTAGE=60 ONLY='' PORT=24300
while [ $# -gt 0 ]; do case $1 in
  --long) OUTAGE=600 ;;
  --outage) OUTAGE=$2; shift ;;
  --only) ONLY=$2; shift ;;
  *) PORT=$1 ;;
esac; shift; done
[ "$(id -u)" = 0 ] || { skip "faults: needs root"; finish; exit; }
need_slurm2205 || { skip "faults: Slurm's packages cannot be installed here"; finish; exit; }
KIND=$([ -n "${REAL:-}" ] && echo real || echo "ours-${NODED:-agent}") D=$INTEROP/faults-$([ -n "${REAL:-}" ] && echo real || echo "ours-${NODED:-agent}")
SRUN=$([ "${SRUN:-}" = ours ] && echo "$TOP/bin/srun" || echo srun)
N=2
stop() { stop_ours "$D" 2>/dev/null; stop_real "$D"; }
trap stop EXIT; stop
printf '%s\n' KillWait=2 InactiveLimit=15 SlurmdTimeout=30 MinJobAge=600 >"$INTEROP/faults.conf"
unset PEER_NODE_OPTS
export PEER_CPUS=16 PEER_MEM=4000 PEER_EXTRA=$INTEROP/faults.conf PEER_DROP='^(KillWait|InactiveLimit|SlurmdTimeout|MinJobAge)='
if [ -n "${REAL:-}" ]; then
  write_conf 22.05 munge "$D" "$PORT" 0 $N || die "real Slurm did not start"
else
  write_conf 22.05 munge "$D" "$PORT" 1 $N || die "no configuration"
  if [ "${NODED:-agent}" = agent ]; then ours "$D" $N || die "ours did not come up"; else
    mkdir -p "$D/log" "$D/run"; ours_ctld "$D"; for i in 1 2; do slurmd -f "$D/slurm.conf" -N n$i; done; wait_for 60 slurmds ours_idle "$D" $N
  fi
fi
export SLURM_CONF=$D/slurm.conf
W=$D/work; rm -rf "$W"; mkdir -p "$W"; cd "$W" || exit 1
cat >"$W/task" <<'T'
#!/bin/sh
# task NAME: says that it runs, waits for NAME.go, ends with 3
: >"$1.run.$SLURM_PROCID"
while [ ! -e "$1.go" ]; do sleep 0.1; done
exit 3
T
chmod 755 "$W/task"

kill_controller() {
  if [ -n "${REAL:-}" ]; then kill -9 "$(cat "$D/run/slurmctld.pid")"; else end_pid "$D/run/ours-ctld.pid" KILL; fi
}
start_controller() {
  if [ -n "${REAL:-}" ]; then slurmctld -f "$D/slurm.conf"; wait_for 30 "slurmctld" sh -c 'scontrol ping | grep -q "is UP"'; else ours_ctld "$D"; fi
}
kill_node() { # n1's daemon
  if [ -z "${REAL:-}" ] && [ "${NODED:-agent}" = agent ]; then end_pid "$D/run/ours-agent-n1.pid" KILL; else kill -9 "$(cat "$D/run/slurmd-n1.pid")"; fi
}
start_node() {
  if [ -z "${REAL:-}" ] && [ "${NODED:-agent}" = agent ]; then ours_agent "$D" n1; else slurmd -f "$D/slurm.conf" -N n1; fi
}
job_of() { squeue -h -t all -n "$1" -o %i 2>/dev/null | tail -1; }
log_says() { grep -qE "$1" "$D/log/slurmctld.log" "$D/log/slurmctld-j.out" 2>/dev/null; }
running() { [ -e "$W/$1.run.0" ] && [ -e "$W/$1.run.1" ]; }
idle() { [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | sort -u | wc -l)" = $N ]; }
spin() { # SECONDS COMMAND...: as wait_for, but looks all the time
  local end=$((SECONDS + $1)); shift
  until "$@" 2>/dev/null; do [ $SECONDS -ge $end ] && return 1; done; return 0
}
fault() { # VICTIM MOMENT -> one line
  local v=$1 m=$2 name=$1-$2 p rc state left
  $SRUN -J "$name" -N2 -n2 -t 5 "$W/task" "$name" >"$W/$name.out" 2>&1 & p=$!
  case $m in
    create) spin 20 test -n "$(job_of "$name")" || spin 20 eval '[ -n "$(job_of '"$name"')" ]' ;;
    launch) spin 20 eval '[ -n "$(squeue -h -s -n '"$name"' -o %i 2>/dev/null)$(pgrep -f "^/bin/sh .*/task '"$name"'$")" ]' ;;
    run) spin 20 running "$name" ;;
    completion) spin 20 running "$name"; touch "$W/$name.go" ;;
  esac
  case $v in
    srun) kill -9 $p ;;
    node) kill_node ;;
    controller) kill_controller ;;
  esac
  sleep 1
  case $v in node) start_node ;; controller) start_controller ;; esac
  # the task is told to end once the dust has settled
  [ $v = srun ] || { sleep 2; touch "$W/$name.go"; }
  local end=$((SECONDS + 60))
  while kill -0 $p 2>/dev/null && [ $SECONDS -lt $end ]; do sleep 0.2; done
  if kill -0 $p 2>/dev/null; then rc=hangs; kill -9 $p; else wait $p 2>/dev/null; rc=$?; fi
  spin 75 eval 'sleep 0.5; [ -z "$(squeue -h -n '"$name"')" ]'
  local id; id=$(job_of "$name")
  state=$([ -n "$id" ] && scontrol -o show job "$id" 2>/dev/null | grep -oE '(JobState|ExitCode)=[^ ]*' | sed 's/.*=//' | paste -sd' ')
  left=$(pgrep -fc "^/bin/sh .*/task $name\$")
  [ "$left" = 0 ] || pkill -9 -f "^/bin/sh .*/task $name\$"
  wait_for 60 "idle nodes" idle; idle && left="$left, nodes idle" || left="$left, nodes $(sinfo -h -o %t | paste -sd,)"
  echo "$v $m: srun $rc, job ${state:-none}, processes left $left"
}
check() { # VICTIM MOMENT
  local got want
  [[ "$1 $2" =~ $ONLY ]] || return
  got=$(fault "$1" "$2" 2>"$W/$1-$2.err")
  if [ -n "${RECORD:-}" ]; then echo "$got"; return; fi
  while IFS= read -r want; do
    [ "$want" = "$got" ] && { pass "$got"; return; }
  done <"$HERE/scenarios/faults.txt"
  fail "$got; expected $(grep "^$1 $2:" "$HERE/scenarios/faults.txt" | paste -sd'|')"; sed 's/^/      /' "$W/$1-$2.out" "$W/$1-$2.err" | head -6
}
for v in srun node controller; do for m in create launch run completion; do check $v $m; done; done

outage() { # the controller is away so long while a step runs; srun stays attached, its output and exit code come afterwards
  local p rc n=0
  $SRUN -J outage -N2 -n2 -t 60 sh -c ': >'"$W"'/outage.run.$SLURM_PROCID; while [ ! -e '"$W"'/outage.go ]; do sleep 0.2; done; echo done; exit 4' >"$W/outage.out" 2>&1 & p=$!
  spin 20 running outage
  kill_controller; echo "controller away for $1 s"
  while [ $n -lt "$1" ]; do sleep 1; n=$((n + 1)); kill -0 $p 2>/dev/null || { fail "outage: srun ended after $n s: $(tail -2 "$W/outage.out")"; start_controller; return; }; done
  start_controller
  [ "$(squeue -h -n outage -o %T)" = RUNNING ] && pass "the job runs after an outage of $1 s" || fail "after the outage: $(squeue -h -n outage -o '%T %r')"
  touch "$W/outage.go"; wait $p; rc=$?
  [ $rc = 4 ] && [ "$(grep -c '^done$' "$W/outage.out")" = 2 ] && pass "its srun is attached, exit code 4" || fail "after the outage: srun ended with $rc: $(tail -2 "$W/outage.out")"
  spin 60 eval 'sleep 0.5; [ -z "$(squeue -h -n outage)" ]' && wait_for 60 "idle nodes" idle && pass "nodes idle again" || fail "nodes after the outage: $(sinfo -h -o '%t %N' | paste -sd' ')"
}
[ "$OUTAGE" -gt 0 ] && [[ outage =~ $ONLY ]] && [ -z "${RECORD:-}" ] && outage "$OUTAGE"
finish
