# TITLE: resident bytes per pending job with an 8 KB environment (growth from G_FIRST to G_FIRST + G_JOBS jobs), an array of G_TASKS
# LIMIT: 180
: "${G_FIRST:=5000}" "${G_JOBS:=20000}" "${G_ENV:=8192}" "${G_TASKS:=1000000}"
export PEER_DROP='^(MaxJobCount|MaxArraySize)' PEER_EXTRA=$INTEROP/many-jobs.conf
printf '%s\n' MaxJobCount=3000000 MaxArraySize=4000001 >"$PEER_EXTRA"
pair 24.11 slurm 0
declare -A bytes=() array=()
for side in "$R" "$O"; do
  raw "$side" submit -n "$G_FIRST" -k 8 -E "$G_ENV" >/dev/null
  sleep 6
  before=$(rss_kib "$(pid_of "$side")")
  raw "$side" submit -n "$G_JOBS" -k 8 -E "$G_ENV" >/dev/null
  sleep 6
  bytes[$side]=$((($(rss_kib "$(pid_of "$side")") - before) * 1024 / G_JOBS))
  before=$(rss_kib "$(pid_of "$side")")
  raw "$side" submit -n 1 -k 1 -A "0-$((G_TASKS - 1))" -E "$G_ENV" | grep -q 'ok=1 ' || note "$(basename "$side"): the array was not taken"
  sleep 2
  array[$side]=$((($(rss_kib "$(pid_of "$side")") - before) / 1024))
done
figure "g bytes per pending job" B "${bytes[$R]}" "${bytes[$O]}" "ours <= 2048"
figure "g array of $G_TASKS tasks" MiB "${array[$R]}" "${array[$O]}" "ours <= 64"
note "resident after $((G_FIRST + G_JOBS)) jobs: real $(($(rss_kib "$(pid_of "$R")") / 1024)) MiB, ours $(($(rss_kib "$(pid_of "$O")") / 1024)) MiB (heap included)"
