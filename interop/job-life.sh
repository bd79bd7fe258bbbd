#!/bin/bash
# job-life.sh    what a job sees and leaves behind, submitted by the real 22.05.8 sbatch as an unprivileged user to
# our controller and agent: umask, groups, directories, file name patterns, bytes, exit codes, limits.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || { skip "job-life: needs root"; finish; exit; }
need_slurm2205 || { skip "job-life: Slurm's clients cannot be installed here"; finish; exit; }
need_users
groupadd -f -g 2050 peergrp; usermod -aG peergrp peer
D=$INTEROP/ours-joblife; stop_ours "$D" 2>/dev/null
trap 'stop_ours "$D"' EXIT
cat >"$INTEROP/joblife.conf" <<CONF
KillWait=2
CONF
export PEER_CPUS=4 PEER_MEM=4000 PEER_EXTRA=$INTEROP/joblife.conf PEER_DROP='^(KillWait|SelectTypeParameters|TaskPlugin|ProctrackType)='
printf '%s\n' SelectTypeParameters=CR_Core_Memory TaskPlugin=task/cgroup ProctrackType=proctrack/cgroup >>"$INTEROP/joblife.conf"
write_conf 22.05 munge "$D" 26500 1 1 || die "no configuration"
ours "$D" 1 || { fail "ours did not come up"; finish; exit 1; }
export SLURM_CONF=$D/slurm.conf
W="$D/work dir"; rm -rf "$W"; mkdir -p "$W"; chown peer:peer "$W"; chmod 755 "$D"
as_peer() { setpriv --reuid=peer --regid=peer --init-groups env -C "$W" USER=peer LOGNAME=peer HOME=/tmp "$@"; }
over() { ! squeue -h -j "$1" -o %i 2>/dev/null | grep -q .; }
state() { scontrol show job "$1" | sed -n "s/.*\b$2=\([^ ]*\).*/\1/p" | head -1; }
is() { [ "$2" = "$3" ] && pass "$1" || fail "$1: got '$2', expected '$3'"; }

# one job that tells everything about itself
j=$(as_peer bash -c 'umask 0027; ulimit -n 777; sbatch --parsable -J "na me" -o "out %x.%u.%N.%j.%%.txt" -e "err.%5j" --export=ALL,FOO=bar <<"S"
#!/bin/bash
id -un; id -G | tr " " "\n" | sort -n | tr "\n" " "; echo; umask; pwd; ulimit -n; echo "$FOO"; echo "$SLURM_JOB_NAME"; touch created
echo oops >&2
exit 3
S')
wait_for 30 "job $j" over "$j"
# %N is the host's short name, not NodeName, as the real slurmstepd has it
f="$W/out na me.peer.$(hostname -s).$j.%.txt"
[ -f "$f" ] && pass "output file name" || fail "output file: $(ls "$W" | tr '\n' '|')"
is "user" "$(sed -n 1p "$f")" peer
is "groups" "$(sed -n 2p "$f" | xargs)" "$(id -g peer) 2050"
is "umask" "$(sed -n 3p "$f")" 0027
is "working directory with a blank" "$(sed -n 4p "$f")" "$W"
is "ulimit -n of the submitter" "$(sed -n 5p "$f")" 777
is "exported variable" "$(sed -n 6p "$f")" bar
is "job name" "$(sed -n 7p "$f")" "na me"
is "umask on a created file" "$(stat -c %a "$W/created")" 640
is "owner of the output" "$(stat -c %U:%G "$f")" peer:peer
is "stderr file" "$(cat "$W/err.$(printf %05d "$j")")" oops
is "exit code" "$(state "$j" ExitCode)" 3:0
is "state" "$(state "$j" JobState)" FAILED
is "reason" "$(state "$j" Reason)" NonZeroExitCode

# array file names
j=$(as_peer sbatch --parsable --array=2-3 -o 'arr-%A_%a-%j.txt' --wrap 'echo $SLURM_ARRAY_JOB_ID $SLURM_ARRAY_TASK_ID $SLURM_ARRAY_TASK_COUNT $SLURM_ARRAY_TASK_MIN $SLURM_ARRAY_TASK_MAX')
wait_for 30 "array $j" over "$j"
is "array task 2" "$(cat "$W"/arr-"$j"_2-*.txt)" "$j 2 2 2 3"
is "array task 3" "$(cat "$W"/arr-"$j"_3-*.txt)" "$j 3 2 2 3"
is "array files" "$(ls "$W" | grep -c ^arr-)" 2

# default output name, appended by --open-mode
j=$(as_peer sbatch --parsable --wrap 'echo default')
wait_for 30 "job $j" over "$j"; is "default output name" "$(cat "$W/slurm-$j.out")" default
echo first >"$W/app"; chown peer "$W/app"
j=$(as_peer sbatch --parsable -o app --open-mode=append --wrap 'echo second'); wait_for 30 "job $j" over "$j"
is "append" "$(tr '\n' ' ' <"$W/app")" "first second "
j=$(as_peer sbatch --parsable -o app --open-mode=truncate --wrap 'echo third'); wait_for 30 "job $j" over "$j"
is "truncate" "$(cat "$W/app")" third
echo hello >"$W/in"
j=$(as_peer sbatch --parsable -i in -o cat.out --wrap 'cat'); wait_for 30 "job $j" over "$j"
is "input file" "$(cat "$W/cat.out")" hello

# bytes that are no UTF-8, in arguments and environment
cat >"$W/bytes.sh" <<'S'
#!/bin/bash
printf '%s' "$BYTES" | od -An -tx1; printf '%s' "$1" | od -An -tx1; echo "$2|$#"
S
j=$(as_peer env BYTES=$'a\xff\xfeb' sbatch --parsable -o bytes.out bytes.sh $'x\xe9y' 'two words')
wait_for 30 "job $j" over "$j"
is "bytes" "$(tr -s ' \n' ' ' <"$W/bytes.out" | xargs)" "61 ff fe 62 78 e9 79 two words|2"

# death by signal
j=$(as_peer sbatch --parsable -o /dev/null --wrap 'kill -SEGV $$'); wait_for 30 "job $j" over "$j"
is "signal" "$(state "$j" ExitCode) $(state "$j" JobState)" "0:11 FAILED"

# cancel: TERM first, then KILL; what the job says last
j=$(as_peer sbatch --parsable -o cancel.out --wrap 'trap "echo got TERM; exit 0" TERM; touch up; sleep 100 & wait')
wait_for 30 "job $j up" test -e "$W/up"; as_peer scancel "$j"; wait_for 30 "job $j" over "$j"
is "cancelled" "$(state "$j" JobState)" CANCELLED
grep -q "CANCELLED AT" "$W/cancel.out" && pass "cancel message" || fail "cancel message: $(cat "$W/cancel.out")"
rm -f "$W/up"
# everything the job left behind dies with it
j=$(as_peer sbatch --parsable -o /dev/null --wrap "setsid sleep 4321 & setsid nohup bash -c 'trap \"\" TERM; sleep 4322; sleep 4322' & touch up; sleep 100")
wait_for 30 "job $j up" test -e "$W/up"; as_peer scancel "$j"; wait_for 30 "job $j" over "$j"
gone() { ! pgrep -u peer -f 'sleep 432[12]' ; }
wait_for 20 "left-overs" gone && pass "left-overs killed" || fail "left behind: $(pgrep -au peer -f 432)"

# limits
j=$(as_peer sbatch --parsable -t 0:01 -o limit.out --wrap 'sleep 300')
wait_for 120 "time limit of $j" over "$j"
is "time limit" "$(state "$j" JobState) $(state "$j" Reason)" "TIMEOUT TimeLimit"
grep -q "DUE TO TIME LIMIT" "$W/limit.out" && pass "time limit message" || fail "time limit message: $(cat "$W/limit.out")"
if [ -n "${MEMORY_LIMIT:-1}" ]; then
  echo "ConstrainRAMSpace=yes" >"$D/cgroup.conf"
  end_pid "$D/run/ours-agent-n1.pid"; ours_agent "$D" n1; sleep 3
  wait_for 30 "agent again" ours_idle "$D" 1
  j=$(as_peer sbatch --parsable --mem=40M -o mem.out --wrap 'head -c 300m /dev/zero | tail >/dev/null')
  wait_for 60 "memory limit of $j" over "$j"
  is "memory limit" "$(state "$j" JobState)" OUT_OF_MEMORY
fi
finish
