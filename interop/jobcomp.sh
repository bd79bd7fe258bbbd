#!/bin/bash
# interop/jobcomp.sh [RELEASE AUTH PORT]   (default 22.05 munge) JobCompType=jobcomp/filetxt: the same jobs with the real slurmctld
#   of that release and with ours leave the same lines (times masked, in the order of job ids). Then on ours: the file
#   moved away and opened again (SIGUSR2, reconfigure), kill -9, a JobCompLoc that cannot be opened, other plugins.
. "$(dirname "$0")/lib.sh"
REL=${1:-22.05} AUTH=${2:-munge} PORT=${3:-26700}
need_slurm2205 || { skip "jobcomp: Slurm cannot be installed here"; finish; exit; }
need_users
A=$INTEROP/real-jobcomp B=$INTEROP/ours-jobcomp
stop_real "$A"; stop_ours "$B"; stop_real "$B"
trap 'stop_ours "$B"; stop_real "$A"; stop_real "$B"; rm -f "$PEER_EXTRA"' EXIT
export PEER_EXTRA=$INTEROP/jobcomp.conf
start() { # DIR PORT NOCTLD
  printf 'JobCompType=jobcomp/filetxt\nJobCompLoc=%s/done.txt\nPartitionName=two Nodes=n1 DefaultTime=7 MaxTime=20\n' "$1" >"$PEER_EXTRA"
  write_conf "$REL" "$AUTH" "$1" "$2" "$3" 2
}
start "$A" "$PORT" 0 || die "the real $REL did not start"
start "$B" $((PORT + 50)) 1 || die "no slurm.conf for ours"
ours "$B" 2 || die "ours did not start"

side() { # DIR: the jobs
  local d=$1 j f
  c() { (cd /tmp && in_cluster "$d" "$@"); }
  batch() { c sbatch --parsable -o /dev/null "$@" 2>/dev/null; }
  state() { c squeue -h -t all -j "$1" -o %T 2>/dev/null | sort -u; }
  over() { local i; for i in $(seq 1500); do case $(state "$1") in *PENDING* | *RUNNING* | *COMPLETING* | *SUSPENDED*) sleep 0.1 ;; *) return ;; esac; done; }
  runs() { local i; for i in $(seq 200); do [ "$(state "$1")" = RUNNING ] && return; sleep 0.1; done; }
  over "$(batch --wrap true)"
  over "$(batch -J fail -N2 -n2 --mem=1500 --wrap 'exit 3')"
  over "$(batch -J sig --mem=100 -A acc --wrap 'kill -9 $$')"
  j=$(batch -J pend --hold -t 5 --wrap true); c scancel "$j"
  j=$(batch -J 'run me' -t 1-0 --wrap 'sleep 100'); runs "$j"; c scancel "$j"; over "$j"
  over "$(batch -J arr -a 1-2,7 --wrap 'exit $SLURM_ARRAY_TASK_ID')"
  j=$(batch -J arrh -a 1-4 --hold --wrap true); c scancel "${j}_3"; c scancel "$j"
  j=$(batch -J hetc --hold -n1 : -n2 --wrap true); c scancel "$j"
  j=$(batch -J req --requeue --wrap 'sleep 100'); runs "$j"; c scontrol requeue "$j"; sleep 2; c scancel "$j"; over "$j"
  j=$(batch -J reqh --requeue --wrap 'sleep 100'); runs "$j"; c scontrol requeuehold "$j"; sleep 2; c scancel "$j"; over "$j"
  AS=peer over "$(AS=peer batch -J user -D /tmp --wrap true)"
  c salloc -Q -J alloc -N2 true >/dev/null 2>&1
  j=$(batch -J dep0 --wrap 'exit 1'); f=$(batch -J dep1 -d "afterok:$j" --kill-on-invalid-dep=yes --wrap true); over "$j"; over "$f"
  j=$(batch -J later -b now+1hour --wrap true); c scancel "$j"
  c scontrol create reservationname=rr start=now duration=5 users=root nodes=n1 >/dev/null
  over "$(batch -J resv --reservation=rr -t 1 --wrap true)"; c scontrol delete reservationname=rr
  over "$(batch -J multi -c 2 -n 2 --mem-per-cpu=100 -t 0:30 --wrap true)"
  over "$(batch -J excl --exclusive -n1 --wrap true)"
  over "$(batch -J two -p two --wrap true)"
  j=$(batch -J two2 -p debug,two --hold --mem=63G --wrap true); c scancel "$j"
  j=$(batch -J susp --wrap 'sleep 100'); runs "$j"; c scontrol suspend "$j"; sleep 1; c scancel "$j"; over "$j"
  j=$(batch -J nf -w n2 --no-requeue --wrap 'sleep 1000'); runs "$j"; c scontrol update nodename=n2 state=down reason=x
  over "$j"; c scontrol update nodename=n2 state=resume
  j=$(batch -J tmo -t 1 --wrap 'sleep 1000'); runs "$j"; over "$j"
}
# What becomes of a requeued job is no matter of this log: ours may start again at once (docs/differences.md).
# A job without a limit that the real one's backfill scheduler starts has a year. 24.11 gives jobs of a lost node the exit code 0:1.
# n1 or n2: which of two equal nodes is free at that moment is not the log's business
lines() { sed -E 's/(Time)=[0-9T:-]+/\1=T/g; s/NodeList=n[12] /NodeList=nX /; s/TimeLimit=525600/TimeLimit=UNLIMITED/; /NODE_FAIL/s/ExitCode=0:1/ExitCode=0:0/' "$1/done.txt" | grep -vE 'Name=reqh? JobState=CANCELLED' | sort -s -t= -k2n; }
side "$A" &
side "$B"; wait $!
has() { grep -q "^JobId=$1 " "${2:-$B/done.txt}"; }
lines "$A" >"$A.lines"; lines "$B" >"$B.lines"
n=$(wc -l <"$A.lines")
[ "$n" -ge 26 ] && pass "$n lines of the real one" || fail "only $n lines of the real one"
i=0
while IFS= read -r real <&3; do
  IFS= read -r ours <&4
  i=$((i + 1))
  if [ "$real" = "$ours" ]; then pass "line $i"; else fail "line $i: real $real
     ours $ours"; fi
done 3<"$A.lines" 4<"$B.lines"
[ "$(wc -l <"$B.lines")" = "$n" ] && pass "as many lines" || fail "ours has $(wc -l <"$B.lines") lines"

# ---- ours alone
ends() { local j; j=$(in_cluster "$B" sbatch --parsable -o /dev/null --wrap true); wait_for 20 "the end of job $j" sh -c "cat $B/done.txt* | grep -q '^JobId=$j '"; LAST=$j; }
[ "$(stat -c %a "$B/done.txt")" = 644 ] && pass "mode 644" || fail "mode $(stat -c %a "$B/done.txt")"
mv "$B/done.txt" "$B/done.txt.1"
ends; has "$LAST" "$B/done.txt.1" && pass "a file moved away is written to until" || fail "job $LAST is not in the old file"
kill -USR2 "$(cat "$B/run/slurmctld.pid")"; wait_for 10 "the file" test -e "$B/done.txt"
ends; has "$LAST" && pass "SIGUSR2 opens it anew" || fail "job $LAST is not in the new file"
mv "$B/done.txt" "$B/done.txt.2"; in_cluster "$B" scontrol reconfigure
ends; has "$LAST" && pass "so does reconfigure" || fail "job $LAST is not in the new file"
for i in 1 2 3 4 5 6 7 8; do in_cluster "$B" sbatch -Q -o /dev/null --wrap true; done
sleep 0.3
end_pid "$B/run/ours-ctld.pid" KILL
ours_ctld "$B" || die "not again"
ends
all_over() { [ -z "$(in_cluster "$B" squeue -h)" ]; }
wait_for 60 "all jobs over" all_over; ends
for j in $(seq $((LAST - 9)) "$LAST"); do
  n=$(cat "$B"/done.txt* | grep -c "^JobId=$j ")
  [ "$n" = 1 ] && pass "job $j once beside a kill -9" || fail "job $j: $n lines beside a kill -9"
done
C=$(readlink -f "$B/slurm.conf"); cp "$C" "$C.good"
sed -i 's,^JobCompLoc=.*,JobCompLoc=/nonexistent/x/y,' "$C"
if in_cluster "$B" scontrol reconfigure >"$B.said" 2>&1; then fail "reconfigure took /nonexistent/x/y"; else pass "reconfigure refuses it: $(head -1 "$B.said")"; fi
grep -q 'open /nonexistent/x/y: No such file or directory' "$B"/log/slurmctld*.log && pass "with slurmctld's words" || fail "the log does not say why"
ends; has "$LAST" && pass "and the old file stays in use" || fail "job $LAST is not in the old file"
end_pid "$B/run/ours-ctld.pid"
"$TOP/bin/slurmctld-j" -D -f "$C" >"$B.fatal" 2>&1 </dev/null && fail "it started" || pass "a start with it fails"
grep -q 'fatal: open /nonexistent/x/y: No such file or directory' "$B.fatal" "$B"/log/slurmctld*.log && pass "as slurmctld's does" || fail "start said $(tail -1 "$B.fatal")"
sed 's,^JobCompType=.*,JobCompType=jobcomp/script,' "$C.good" >"$C"
"$TOP/bin/slurmctld-j" -D -f "$C" >"$B.fatal" 2>&1 </dev/null && fail "jobcomp/script was taken" || pass "jobcomp/script is refused"
grep -q 'jobcomp/script' "$B.fatal" "$B"/log/slurmctld*.log && pass "by name" || fail "start said $(tail -1 "$B.fatal")"
finish
