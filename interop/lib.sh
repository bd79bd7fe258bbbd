# Sourced by the interop scripts: brings up "ours" and "real" on the same slurm.conf.
# Everything lives under $INTEROP (default /tmp/slurmctld-j-interop); every process is stopped by
# its pid file, never by name.
set -u
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$HERE/.." && pwd)
PEER=$HERE/peer
INTEROP=${INTEROP:-/tmp/slurmctld-j-interop}
mkdir -p "$INTEROP"
export LC_ALL=C LANG=C TZ=UTC
PASSED=0 FAILED=0 SKIPPED=0
pass() { PASSED=$((PASSED + 1)); [ -n "${VERBOSE:-}" ] && echo "ok   $*"; return 0; }
fail() { FAILED=$((FAILED + 1)); echo "FAIL $*"; }
skip() { SKIPPED=$((SKIPPED + 1)); echo "SKIP $*"; }
finish() { echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"; [ "$FAILED" = 0 ]; }
die() { echo "$*" >&2; exit 1; }

# wait_for SECONDS WHAT COMMAND...   until the command succeeds
wait_for() {
  local limit=$1 what=$2; shift 2
  local end=$((SECONDS + limit))
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -ge $end ] && { echo "gave up after $limit s waiting for $what" >&2; return 1; }
    sleep 0.1
  done
}

# Two users that exist here and in the chroots of newer releases with the same ids.
need_users() {
  local u
  for u in peer:2001 peeru:2002; do
    id "${u%:*}" >/dev/null 2>&1 || {
      groupadd -g "${u#*:}" "${u%:*}" 2>/dev/null
      useradd -M -d /tmp -s /bin/bash -u "${u#*:}" -g "${u#*:}" "${u%:*}"
    }
  done
}

need_slurm2205() {
  command -v slurmctld >/dev/null && command -v munged >/dev/null && return 0
  [ "$(id -u)" = 0 ] || return 1
  apt-get update -qq >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    slurmctld slurmd slurm-client munge bc libmunge-dev libslurm-dev >"$INTEROP/apt.log" 2>&1
}

# ours DIR N   starts our controller and N agents on DIR/slurm.conf (written by a peer script with PEER_NOCTLD=1)
ours() {
  local d=$1 n=$2 i
  mkdir -p "$d/log" "$d/run"
  ours_ctld "$d" || return 1
  for i in $(seq "$n"); do ours_agent "$d" "n$i"; done
  wait_for 60 "$n nodes idle in $d" ours_idle "$d" "$n" || { tail -n 5 "$d"/log/*.out >&2; return 1; }
}
ours_ctld() {
  local d=$1
  setsid "$TOP/bin/slurmctld-j" -D -f "$(readlink -f "$d/slurm.conf")" </dev/null >>"$d/log/slurmctld-j.out" 2>&1 &
  echo $! >"$d/run/ours-ctld.pid"
  wait_for 60 "our controller in $d" in_cluster "$d" scontrol ping || { tail -20 "$d/log/slurmctld-j.out" >&2; return 1; }
}
ours_agent() {
  local d=$1 node=$2
  setsid "$TOP/bin/slurmd-agent" -D -N "$node" -f "$d/slurm.conf" </dev/null >>"$d/log/agent-$node.out" 2>&1 &
  echo $! >"$d/run/ours-agent-$node.pid"
}
ours_idle() { [ "$(in_cluster "$1" sinfo -h -N -t idle -o %N | sort -u | wc -l)" -ge "$2" ]; }

# in_cluster DIR COMMAND...   a client of DIR's release on DIR's cluster (AS=user: as that user)
in_cluster() {
  local d=$1; shift
  if [ -x "$d/client" ]; then
    PEER_AS=${AS:-} "$d/client" "$@"
  elif [ -n "${AS:-}" ]; then
    setpriv --reuid="$AS" --regid="$AS" --init-groups env SLURM_CONF="$d/slurm.conf" USER="$AS" LOGNAME="$AS" HOME=/tmp "$@"
  else
    SLURM_CONF="$d/slurm.conf" "$@"
  fi
}

# release_path DIR -> RELEASE_PATH: what jobs on our agents must find first, which run beside the chroot of a newer
# release: its clients, by wrappers that tell by the program whether they are in there already. Empty where there is no chroot.
release_path() {
  local d=$1 tool sum
  RELEASE_PATH=
  [ -x "$d/client" ] || return 0
  mkdir -p "$d/clients"
  for tool in srun sbatch salloc scontrol squeue sinfo scancel sstat sbcast sattach; do
    sum=$("$d/client" cksum "/usr/bin/$tool" | cut -d' ' -f1)
    printf '#!/bin/bash\ncase $(cksum /usr/bin/%s) in "%s "*) exec /usr/bin/%s "$@" ;; esac\nPEER_CD=$PWD exec "%s/client" %s "$@"\n' \
      "$tool" "$sum" "$tool" "$d" "$tool" >"$d/clients/$tool"
  done
  chmod -R a+rx "$d/clients"
  RELEASE_PATH=$d/clients:
}

# kill the process of a pid file with a signal and wait for it to be gone
end_pid() {
  local f=$1 sig=${2:-TERM} p i
  [ -s "$f" ] || return 0
  p=$(cat "$f"); rm -f "$f"
  kill "-$sig" "$p" 2>/dev/null || return 0
  for i in $(seq 100); do
    kill -0 "$p" 2>/dev/null || return 0
    grep -qs '^State:.Z' "/proc/$p/status" && return 0
    sleep 0.1
  done
  kill -9 "$p" 2>/dev/null
}
stop_ours() {
  local d=$1 f
  for f in "$d"/run/ours-agent-*.pid; do end_pid "$f"; done
  end_pid "$d/run/ours-ctld.pid"
  # jobs outlive agents by design: end what these clusters left
  for f in "$d"/spool/*/launches/*/shepherd.pid; do [ -s "$f" ] && kill -9 "$(cat "$f")" 2>/dev/null; done
  ps -eo pid=,args= | awk -v d="$d/spool/" 'index($0, d) && !/awk/ { print $1 }' | while read -r f; do kill -9 "$f" 2>/dev/null; done
}

# write_conf RELEASE AUTH DIR PORT NOCTLD NODES
write_conf() {
  local rel=$1 auth=$2 d=$3 port=$4 noctld=$5 n=$6
  rm -rf "$d"; mkdir -p "$d"
  case $rel in
    22.05)
      PEER_NOCTLD=$noctld PEER_SLURMD=$([ "$noctld" = 1 ] && echo 0 || echo "$n") \
        PEER_MUNGE_DIR=$INTEROP/munge "$PEER/start-slurm.sh" "$n" "$d" "$port" ;;
    *)
      AUTH=$auth PEER_NOCTLD=$noctld PEER_SLURMD=$([ "$noctld" = 1 ] && echo 0 || echo "$n") \
        "$PEER/start-slurm-release.sh" "$rel" "$n" "$d" "$port" ;;
  esac >"$INTEROP/start-$rel-$auth-$port.log" 2>&1 || { tail -20 "$INTEROP/start-$rel-$auth-$port.log" >&2; return 1; }
  # our controller's own keys live beside slurm.conf: where clients of a chroot look for the sack socket
  if [ "$noctld" = 1 ] && [ "$auth" = slurm ]; then
    echo "SackSocket=$d/sysrun/slurmctld/sack.socket" >"$d/etc/slurmctld-j.conf"
    ln -sf etc/slurmctld-j.conf "$d/slurmctld-j.conf"
  fi
}
stop_real() { "$PEER/stop-slurm.sh" "$1" >/dev/null 2>&1; }
