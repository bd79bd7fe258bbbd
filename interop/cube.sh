#!/bin/bash
# cube.sh [--cell CLIENTS:CONTROLLER:NODES] [--record DIR] [--no-26.05] [port]
#
# The interop cube: {our clients, 22.05, 24.11, 26.05} x {our controller, real slurmctld} x {our agent, real slurmd}. In every cell that
# Slurm allows, the scenarios of scenarios/cube run; the table goes to docs/cube.md. All with auth/munge.
#   --cell ours:ours:agent   that cell alone (repeatable), no table      CLIENTS, CONTROLLER, NODES: ours|agent, 22.05, 24.11, 26.05
#   --record DIR             writes what the cells say as scenario files into DIR/CELL instead of comparing
#   ONLY=regex               only the scenarios whose command matches
# Differences are left in $INTEROP/cube/CELL.txt.
. "$(dirname "$0")/lib.sh"
CELLS=() RECORD= NEW=1 PORT=24600
while [ $# -gt 0 ]; do case $1 in
  --cell) CELLS+=("$2"); shift ;;
  --record) RECORD=$2; shift ;;
  --no-26.05) NEW= ;;
  *) PORT=$1 ;;
esac; shift; done
[ "$(id -u)" = 0 ] || { skip "cube: needs root (chroot, users)"; finish; exit; }
need_slurm2205 || { skip "cube: Slurm's packages cannot be installed here"; finish; exit; }
S=$HERE/scenarios/cube OUT=$INTEROP/cube N=4
rm -rf "$OUT"; mkdir -p "$OUT"; chmod 755 "$INTEROP" "$OUT"
unset PEER_NODE_OPTS SLURM_CONF
export PEER_CPUS=64 PEER_MEM=64000 PEER_EXTRA=$S/cluster.conf
PEER_DROP="^($(sed -n 's/^\([A-Za-z]*\)=.*/\1/p' "$S/cluster.conf" | paste -sd'|'))="; export PEER_DROP

# What Slurm's own releases forbid: a daemon talks to what is as old as three releases before 24.11 (to 23.02), never to what is newer.
# Our agent registers with our controller over its own protocol, which real slurmctld does not speak.
verdict() { # CLIENTS CONTROLLER NODES -> run, or why not
  local c=$1 k=$2 n=$3
  [ "$k" != ours ] && [ "$n" = agent ] && { echo "no: slurmctld does not know our agent"; return; }
  [ "$k" != ours ] && [ "$n" != "$k" ] && { echo "forbidden by Slurm: slurmd $n, slurmctld $k"; return; }
  [ "$k" != ours ] && [ "$c" != ours ] && [ "$c" != "$k" ] && { echo "forbidden by Slurm: clients $c, slurmctld $k"; return; }
  [ "$n" != agent ] && [ "$c" != ours ] && [ "$c" != "$n" ] && [ "$c$n" != 26.0524.11 ] && [ "$c$n" != 24.1126.05 ] &&
    { echo "forbidden by Slurm: srun $c, slurmd $n"; return; }
  echo run
}
declare -A CLUSTER        # CONTROLLER:NODES -> directory
up() { # CONTROLLER NODES PORT
  local k=$1 n=$2 port=$3 d=$OUT/c-$1-$2 rel i
  rel=$n; [ "$n" = agent ] && rel=22.05
  flock "$INTEROP/chroot.lock" true
  if [ "$k" = ours ]; then
    write_conf "$rel" munge "$d" "$port" 1 $N || return 1
    mkdir -p "$d/log" "$d/run"
    if [ "$n" = agent ]; then ours "$d" $N; return; fi
    ours_ctld "$d" || return 1
    for i in $(seq $N); do in_cluster "$d" slurmd -f "$(readlink -f "$d/slurm.conf")" -N "n$i" >>"$d/log/slurmd.out" 2>&1 </dev/null; done
    wait_for 60 "slurmds of $k:$n" ours_idle "$d" $N
  else
    write_conf "$rel" munge "$d" "$port" 0 $N
  fi
}
down() { stop_ours "$1" 2>/dev/null; stop_real "$1"; }
trap 'for c in "${CLUSTER[@]}"; do down "$c"; done; for r in "${CHROOTS[@]}"; do stop_real "$r"; done' EXIT
declare -A CHROOTS        # release -> a namespace for its clients beside a cluster of others
# client CLIENTS CLUSTERDIR PORT -> CLIENT: the prefix that runs a command with those clients on that cluster
client_of() {
  local c=$1 d=$2 conf; conf=$(readlink -f "$2/slurm.conf")
  case $c in
    ours) CLIENT="env SLURM_CONF=$conf PATH=$TOP/bin:$PATH" ;;
    22.05) CLIENT="env SLURM_CONF=$conf" ;;
    *) if [ -z "${CHROOTS[$c]:-}" ]; then
         write_conf "$c" munge "$OUT/clients-$c" $((PORT + 90)) 1 1 || return 1
         CHROOTS[$c]=$OUT/clients-$c
       fi
       CLIENT="env PEER_CD={DIR} ${CHROOTS[$c]}/client env SLURM_CONF=$conf" ;;
  esac
}
variant() { # what release's words the clients use
  case $1:$2:$3 in 22.05:*|ours:22.05:*) echo 22.05 ;; 26.05:*:24.11) echo 26.05@24.11 ;; 26.05:*) echo 26.05 ;; *) echo 24.11 ;; esac
}
declare -A RESULT
cell() { # CLIENTS CONTROLLER NODES
  local c=$1 k=$2 n=$3 name=$1:$2:$3 d=${CLUSTER[$2:$3]:-} t=$SECONDS line
  if [ -z "$d" ]; then
    d=$OUT/c-$k-$n; CLUSTER[$k:$n]=$d
    up "$k" "$n" "$PORT" || { fail "$name: the cluster did not come up"; RESULT[$name]="did not come up"; return; }
    PORT=$((PORT + 10))
  fi
  client_of "$c" "$d" || { fail "$name: no clients"; return; }
  local args=(--client "$CLIENT" --variant "$(variant "$c" "$k" "$n")" --nodes "$n" --masks "$S/masks.sed" --work "$OUT/work" --failed "$OUT/${name//:/-}.failed" --only "${ONLY:-}")
  if [ -n "$RECORD" ]; then
    mkdir -p "$RECORD/$name"
    for f in "$S"/*.txt; do python3 "$HERE/cube.py" "${args[@]}" --record "$f" >"$RECORD/$name/${f##*/}"; done
    return
  fi
  python3 "$HERE/cube.py" "${args[@]}" "$S"/*.txt >"$OUT/${name//:/-}.txt" 2>&1
  line=$(tail -1 "$OUT/${name//:/-}.txt")
  # what a scenario that failed left behind must not stand in the way of the next cell
  in_cluster "$d" scancel -u root >/dev/null 2>&1
  wait_for 30 "an empty queue of $k:$n" eval '[ -z "$(in_cluster "$d" squeue -h)" ]'
  RESULT[$name]=$line
  case $line in
    *' of '*) [ "${line% of *}" = "${line#* of }" ] && pass "$name: $line" || fail "$name: $line" ;;
    *) fail "$name: $line" ;;
  esac
  echo "$name: $line in $((SECONDS - t)) s"; [ "${line% of *}" = "${line#* of }" ] || grep -v ' of ' "$OUT/${name//:/-}.txt" | head -"${LINES_SHOWN:-40}"
}
if [ ${#CELLS[@]} -gt 0 ]; then
  for x in "${CELLS[@]}"; do IFS=: read -r c k n <<<"$x"; cell "$c" "$k" "$n"; done
  finish; exit
fi
# one cluster after the other, all clients on it; old first
begin=$SECONDS
plan=(ours:agent ours:22.05 ours:24.11 22.05:22.05 24.11:24.11); clients=(ours 22.05 24.11)
[ -n "$NEW" ] && { plan+=(ours:26.05); }
for x in "${plan[@]}"; do
  k=${x%:*} n=${x#*:}
  for c in ours 22.05 24.11 ${NEW:+26.05}; do
    [ "$(verdict "$c" "$k" "$n")" = run ] && cell "$c" "$k" "$n"
  done
  [ -n "${CLUSTER[$x]:-}" ] && { down "${CLUSTER[$x]}"; unset "CLUSTER[$x]"; }
done
[ -n "${ONLY:-}" ] && { finish; exit; }
{
  echo "# The interop cube"; echo
  echo "Made by \`interop/cube.sh\`; do not edit. Each cell: scenarios that passed, of those run (\`interop/scenarios/cube\`, recorded from real Slurm"
  echo "22.05.8 and 24.11.5). \"Forbidden\": by Slurm, whose daemons and clients of these releases do not talk to each other."
  echo "This run: $(date -u +%F), $(git -C "$TOP" rev-parse --short HEAD), $((SECONDS - begin)) s."
  for c in ours 22.05 24.11 26.05; do
    name="Clients $c"; [ $c = ours ] && name="Our clients"
    echo; echo "## $name"; echo; echo "| controller | our agent | slurmd 22.05.8 | slurmd 24.11.5 | slurmd 26.05 |"; echo "|---|---|---|---|---|"
    for k in ours 22.05 24.11; do
      row="| $([ $k = ours ] && echo ours || echo "slurmctld $k")"
      for n in agent 22.05 24.11 26.05; do
        v=$(verdict $c $k $n); [ "$v" = run ] && v=${RESULT[$c:$k:$n]:-not run}
        row="$row | $v"
      done
      echo "$row |"
    done
  done
} >"$TOP/docs/cube.md"
finish
