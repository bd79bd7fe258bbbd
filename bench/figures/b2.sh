# TITLE: jobs through start and completion with our agents (FakeAgents.java: one gRPC stream each), beside b1's slurmctld
# LIMIT: 150
# B2_N jobs a run by raw frames (24.11, auth/slurm), first submission to the last end acknowledged; B2_WARM jobs before the clock
: "${B2_N:=20000}" "${B2_WARM:=60000}" "${B2_NODES:=50}" "${B2_MS:=0}" "${B2_INFLIGHT:=64}"
export PEER_TUNED=1
CLUSTER_NODES=$B2_NODES ours_alone 24.11 slurm
fake_agents "$O" "$B2_NODES" "$B2_MS"
acknowledged() { sed -n 's/.*acknowledged=//p' "$O/run/agents.status"; }
through() { # N
  local before; before=$(acknowledged)
  raw "$O" submit -R -n "$1" -k "$B2_INFLIGHT" >"$O/submitted.out"
  wait_for 60 "the last ends" eval "[ \$(acknowledged) -ge $((before + $1)) ]"
}
through "$B2_WARM"
rate= cpu= jit= own=
for i in $(seq "$REPS"); do
  sleep 3
  cpu_start "$(pid_of "$O")"
  fake=$(cpu_all "$(cat "$O/run/ours-agents.pid")")
  t=$(now_ms)
  through "$B2_N" || note "not all jobs went through: $(cat "$O/run/agents.status")"
  t=$(($(now_ms) - t))
  cpu_per "$B2_N"
  rate+=" $(awk -v n="$B2_N" -v t="$t" 'BEGIN{printf "%.1f", n * 1000 / t}')" cpu+=" $CPU_OWN" jit+=" $CPU_JIT"
  own+=" $(awk -v a="$fake" -v b="$(cpu_all "$(cat "$O/run/ours-agents.pid")")" -v n="$B2_N" 'BEGIN{printf "%.3f", (b - a) / n}')"
done
# b1's slurmctld of this run or an earlier one
figure "b2 jobs through, our agents" /s "$(cat "$INTEROP/kept/b1-real" 2>/dev/null)" "$rate" "ours/real >= 10"
figure "b2 controller CPU per job" ms "" "$cpu" -
note "real: b1's slurmctld$([ -s "$INTEROP/kept/b1-real" ] || echo ', not measured'); JIT threads apart: $(median $jit) ms per job; the fake agents themselves: $(median $own) ms"
unset PEER_TUNED
