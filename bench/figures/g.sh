# TITLE: resident bytes per pending job with an 8 KB environment: growth from G_FIRST to G_FIRST + G_JOBS jobs
# LIMIT: 150
: "${G_FIRST:=5000}" "${G_JOBS:=20000}" "${G_ENV:=8192}"
pair 24.11 slurm 0
declare -A bytes=()
for side in "$R" "$O"; do
  raw "$side" submit -n "$G_FIRST" -k 8 -E "$G_ENV" >/dev/null
  sleep 6
  before=$(rss_kib "$(pid_of "$side")")
  raw "$side" submit -n "$G_JOBS" -k 8 -E "$G_ENV" >/dev/null
  sleep 6
  bytes[$side]=$((($(rss_kib "$(pid_of "$side")") - before) * 1024 / G_JOBS))
done
figure "g bytes per pending job" B "${bytes[$R]}" "${bytes[$O]}" "ours <= 2048"
note "resident after $((G_FIRST + G_JOBS)) jobs: real $(($(rss_kib "$(pid_of "$R")") / 1024)) MiB, ours $(($(rss_kib "$(pid_of "$O")") / 1024)) MiB (heap included)"
