#!/bin/bash
# quickstart.sh    bin/quickstart as a newcomer types it: the job's own output at the end, the cluster
# left running, env usable by our clients, stop ends everything. As an unprivileged user where possible.
. "$(dirname "$0")/lib.sh"
Q=$INTEROP/quickstart; rm -rf "$Q"; mkdir -p "$Q"
try() { # NAME ARGUMENTS...   with $RUN before each command
  local name=$1 out; shift
  export QUICKSTART_DIR=$Q/$name
  out=$($RUN "$TOP/bin/quickstart" "$@" 2>&1 </dev/null)
  grep -q "^Hello from job 1 on " <<<"$out" && grep -q '^Done\.$' <<<"$out" && pass "$name: a job ran" || fail "$name: $(tail -5 <<<"$out")"
  [ "$(eval "$($RUN "$TOP/bin/quickstart" env)"; $RUN "$TOP/bin/squeue" -h -t all -j 1 -o %T)" = COMPLETED ] && pass "$name: env" || fail "$name: env"
  if [ "$name" = munge ] && command -v /usr/bin/sinfo >/dev/null; then
    [ "$(SLURM_CONF=$Q/munge/slurm.conf $RUN /usr/bin/sinfo -h -o %D)" = 1 ] && pass "munge: real sinfo" || fail "munge: real sinfo"
  fi
  $RUN "$TOP/bin/quickstart" stop >/dev/null
  local left; left=$(cat "$Q/$name"/run/*.pid 2>/dev/null | xargs -r -n1 sh -c 'kill -0 $0 2>/dev/null && echo $0')
  [ -z "$left" ] && pass "$name: stopped" || fail "$name: still runs: $left"
}
RUN= try own
if [ "$(id -u)" = 0 ]; then
  need_users; chown peer:peer "$Q"; chmod 755 "$INTEROP"
  if setpriv --reuid=peer --regid=peer --init-groups test -x "$TOP/bin/quickstart"; then
    RUN="setpriv --reuid=peer --regid=peer --init-groups env HOME=$Q USER=peer" try user
  else skip "quickstart as a user: this checkout is not readable for others"; fi
  command -v munged >/dev/null && RUN= try munge --munge
fi
finish
