# TITLE: the small questions: sinfo of 1,000 and 10,000 nodes, squeue -j and -u among Q_JOBS jobs; requests per second of 8 clients
# LIMIT: 210
: "${Q_NODES:=1000 10000}" "${Q_JOBS:=20000}" "${Q_CALLS:=200}" "${Q_WARM:=100}" "${Q_SECONDS:=4}"
for nodes in $Q_NODES; do
  CLUSTER_NODES=$nodes pair 24.11 slurm 0
  ask() { # NAME MODE ARGS...   the RPC alone
    local name=$1 i side out
    shift
    declare -A p50=() cpu=()
    for side in "$R" "$O"; do raw "$side" "$1" -n "$Q_WARM" "${@:2}" >/dev/null; done
    for i in $(seq "$REPS"); do for side in "$R" "$O"; do
      cpu_start "$(pid_of "$side")"
      out=$(raw "$side" "$1" -n "$Q_CALLS" "${@:2}")
      cpu_per "$Q_CALLS"
      p50[$side]+=" $(echo "$out" | tail -1 | val p50)" cpu[$side]+=" $CPU_OWN"
    done; done
    figure "q $name p50" ms "${p50[$R]}" "${p50[$O]}" -
    figure "q $name, controller CPU" ms "${cpu[$R]}" "${cpu[$O]}" -
  }
  ask "sinfo of $nodes nodes" nodes
  unset CLUSTER_NODES
done
for side in "$R" "$O"; do
  raw "$side" submit -n "$Q_JOBS" -k 8 >/dev/null
  raw "$side" submit -n 20 -k 4 -u 65534 >/dev/null
done
ask "squeue -j among $Q_JOBS" job -j $((Q_JOBS / 2))
ask "squeue -u, 20 of $Q_JOBS" user -j 65534
# clients MODE ARGS...   eight at once, one connection each for each request
clients() {
  local name=$1 i side; shift
  declare -A rate=()
  for side in "$R" "$O"; do raw "$side" "$1" -n 10000000 -T "$Q_SECONDS" -k 8 "${@:2}" >/dev/null; done
  for i in $(seq "$REPS"); do for side in "$R" "$O"; do
    rate[$side]+=" $(raw "$side" "$1" -n 10000000 -T "$Q_SECONDS" -k 8 "${@:2}" | head -1 | val rate)"
  done; done
  figure "q 8 clients: $name" /s "${rate[$R]}" "${rate[$O]}" -
}
clients ping ping
clients "squeue -j" job -j $((Q_JOBS / 2))
clients "squeue -u" user -j 65534
