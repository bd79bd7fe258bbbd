#!/bin/bash
# start.sh PEER DIR PORT [RELEASE]: the real controller and four real slurmds on cluster.conf, then jobs of every state.
# PEER is the folder of the scripts that start real Slurm; without RELEASE this machine's own Slurm, else a chroot of it.
set -eu
PEER=$1 DIR=$2 PORT=$3 REL=${4:-}
HERE=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$DIR/etc"
sed_args=(-e "s/@HOST@/$(hostname -s)/")
for i in 9 8 7 6 5 4 3 2 1; do sed_args+=(-e "s/@P$i@/$((PORT + 1000 + i))/"); done
sed "${sed_args[@]}" "$HERE/cluster.conf" > "$DIR/extra.conf"
[ -n "${EXTRA_LINES:-}" ] && echo "$EXTRA_LINES" >> "$DIR/extra.conf"
export PEER_EXTRA=$DIR/extra.conf PEER_DROP='^(NodeName|PartitionName|SelectTypeParameters|MinJobAge)' PEER_SLURMD=4
printf 'NodeName=n[1-2] Name=tape Count=4\n' > "$DIR/gres.conf"; cp "$DIR/gres.conf" "$DIR/etc/gres.conf"
if [ -z "$REL" ]; then timeout 60 "$PEER/start-slurm.sh" 4 "$DIR" "$PORT" || true
else timeout 120 "$PEER/start-slurm-release.sh" "$REL" 4 "$DIR" "$PORT" || true; fi
