# TITLE: where ours spends its CPU in b1 and a1 (22.05.8, munge): threads by /proc, code by JFR samples of CPU time
# LIMIT: 160
: "${PROFILE_SECONDS:=12}" "${PROFILE_N:=2000}"
export PEER_TUNED=1 PEER_DROP='^MaxJobCount' PEER_EXTRA=$INTEROP/many-jobs.conf
echo MaxJobCount=3000000 >"$PEER_EXTRA"
CLUSTER_NODES=50 ours_alone 22.05 munge
fake_slurmds "$O" 50 0
threads() { # tid, name, CPU ns, ticks in the kernel, switches
  local t
  for t in /proc/"$1"/task/*; do
    echo "${t##*/} $(tr ' ' '_' <"$t/comm") $(cut -d' ' -f1 "$t/schedstat") $(awk '{sub(/^.*\) /, ""); print $13}' "$t/stat")" \
      "$(awk '/^voluntary/ {v = $2} /^nonvoluntary/ {n = $2} END {print v, n}' "$t/status")"
  done 2>/dev/null
}
# profiled NAME CALLS-COMMAND...   the command prints how many calls or jobs it did
profiled() {
  local name=$1 pid n; shift
  pid=$(pid_of "$O")
  "$JAVA_HOME/bin/jcmd" "$pid" JFR.start name="$name" settings="$BENCH/cpu.jfc" filename="$O/$name.jfr" >/dev/null
  threads "$pid" >"$O/before"
  n=$("$@")
  threads "$pid" >"$O/after"
  "$JAVA_HOME/bin/jcmd" "$pid" JFR.stop name="$name" >/dev/null
  say "-- $name: $n; per one of them (us of CPU, of it in the kernel, context switches voluntary and not):"
  awk -v n="$n" 'NR == FNR {c[$1] = $3; s[$1] = $4; v[$1] = $5; i[$1] = $6; next}
    {k = $2; sub(/-?[0-9]+(-[0-9]+)?-?$/, "", k); C[k] += $3 - c[$1]; S[k] += $4 - s[$1]; V[k] += $5 - v[$1]; I[k] += $6 - i[$1]}
    END {for (k in C) if (C[k] / n > 1000) printf "  %-16s %7.1f %7.1f %6.2f %6.2f\n", k, C[k] / n / 1e3, S[k] * 1e4 / n, V[k] / n, I[k] / n}' \
    "$O/before" "$O/after" | sort -k2 -rn | while IFS= read -r line; do say "$line"; done
  "$JAVA" "$BENCH/Profile.java" "$O/$name.jfr" | while IFS= read -r line; do say "$line"; done
}
through() {
  local i
  for i in $(seq "$1"); do
    SLURM_CONF=$O/slurm.conf timeout 60 "$LOAD" submit -n "$PROFILE_N" -p 4 >/dev/null && SLURM_CONF=$O/slurm.conf timeout 60 "$LOAD" wait -i 250 >/dev/null
  done
  echo $(($1 * PROFILE_N))
}
held() { SLURM_CONF=$O/slurm.conf timeout 120 "$LOAD" submit -H -n 1000000 -T "$1" -p 4 | val ok; }
through 6 >/dev/null
profiled b1 through 4
held 5 >/dev/null
profiled a1 held "$PROFILE_SECONDS"
