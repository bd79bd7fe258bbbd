#!/bin/bash
# disk-full.sh    the journal's disk is full: submissions are refused with a clear error, running jobs
# still end, everything acknowledged survives a kill -9, service resumes when space returns. And: a
# second daemon on the same state directory is refused.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || { skip "disk-full: needs root (tmpfs)"; finish; exit; }
need_slurm2205 || { skip "disk-full: Slurm's clients cannot be installed here"; finish; exit; }
D=$INTEROP/ours-diskfull; stop_ours "$D" 2>/dev/null; umount "$D/state" 2>/dev/null
trap 'stop_ours "$D"; umount "$D/state" 2>/dev/null' EXIT
export PEER_CPUS=16 PEER_MEM=64000
write_conf 22.05 munge "$D" 26550 1 1 || die "no configuration"
mount -t tmpfs -o size=400m tmpfs "$D/state" || { skip "disk-full: no tmpfs here"; finish; exit; }
ours "$D" 1 || { fail "ours did not come up"; finish; exit 1; }
export SLURM_CONF=$D/slurm.conf
run=$(sbatch --parsable -o /dev/null --wrap "until [ -e $D/go ]; do sleep 0.2; done; exit 4")
is_running() { [ "$(squeue -h -j "$run" -o %T)" = RUNNING ]; }
wait_for 30 "job $run" is_running
if "$TOP/bin/slurmctld-j" -D -f "$D/slurm.conf" >"$D/log/second.out" 2>&1; then fail "a second daemon started"
else grep -qi -E 'lock|in use|another|already' "$D/log/second.out" && pass "second daemon refused" || fail "second daemon: $(tail -2 "$D/log/second.out")"; fi

dd if=/dev/zero of="$D/state/ballast" bs=1M 2>/dev/null    # until ENOSPC
: >"$D/acked"; refused=
for i in $(seq 3000); do
  out=$(timeout 20 sbatch --parsable -H -o /dev/null --wrap "# $(head -c 60000 /dev/urandom | base64 -w0)" 2>"$D/log/sbatch.err") && echo "$out" >>"$D/acked" || { refused=$(cat "$D/log/sbatch.err"); break; }
done
[ -n "$refused" ] && pass "refused after $(wc -l <"$D/acked") more: $refused" || fail "never refused"
touch "$D/go"
run_over() { scontrol show job "$run" | grep -q 'JobState=FAILED.*'; }
wait_for 30 "the running job" run_over && pass "the running job ended" || fail "the running job: $(scontrol show job "$run" | grep JobState)"
scontrol show job "$run" | grep -q 'ExitCode=4:0' && pass "with its exit code" || fail "exit code"
kill -9 "$(cat "$D/run/ours-ctld.pid")"
ours_ctld "$D" && pass "restart on a full disk" || { rm -f "$D/state/ballast"; ours_ctld "$D" || fail "no restart even with space"; fail "no restart on a full disk"; }
lost=0; squeue -h -t all -o %i | sort >"$D/known"
lost=$(comm -23 <(sort "$D/acked") "$D/known" | wc -l)
[ "$lost" = 0 ] && pass "nothing acknowledged is lost" || fail "$lost acknowledged submissions lost"
scontrol show job "$run" | grep -q 'ExitCode=4:0' && pass "the end survived" || fail "the end did not survive: $(scontrol show job "$run" | grep -E 'JobState|ExitCode')"
rm -f "$D/state/ballast"
again() { timeout 20 sbatch --parsable -H -o /dev/null --wrap true; }
wait_for 60 "service to resume" again && pass "service resumed" || fail "service did not resume: $(again 2>&1)"
finish
