#!/bin/bash
# interop/codec/check.sh RELEASE [bodies per message and version]
#
# Random bodies of every message, made by our codec, judged by real Slurm's own library (libslurmfull of 22.05, 24.11 or
# 26.05 from Debian's packages; together they speak versions 38 to 45). Prints what is refused, and counts.
# The machine's own packages serve 22.05; a chroot with the others is made by the scripts that start real Slurm.
#
#   SLURM_SRC=dir      a git clone of Slurm's sources, for headers only (needed; nothing of it is kept)
#   SLURM_CHROOT=dir   where the release is installed (default / for 22.05, else /tmp/peer/chroot-RELEASE)
#   KEEP=dir           writes the bodies real Slurm took to KEEP/vNN.txt: "number NAME same|read hex"
#   SEED=n
set -eu
TOP=$(cd "$(dirname "$0")/../.." && pwd)
R=${1:?release 22.05, 24.11 or 26.05}; N=${2:-6}; SEED=${SEED:-1}
case $R in
  22.05) TAG=slurm-22-05-8-1 LO=38 HI=38 ROOT=${SLURM_CHROOT:-} DEFS=-DPERSIST_MSG_HAS_SIZE INIT= ;;
  24.11) TAG=slurm-24-11-5-1 LO=39 HI=42 ROOT=${SLURM_CHROOT:-/tmp/peer/chroot-$R} DEFS= INIT="switch_g_init topology_g_init" ;;
  26.05) TAG=slurm-26-05-2-1 LO=43 HI=45 ROOT=${SLURM_CHROOT:-/tmp/peer/chroot-$R} DEFS= INIT="switch_g_init topology_g_init" ;;
  *) echo "check.sh: no packages of release $R are known" >&2; exit 2 ;;
esac
LIB=$ROOT/usr/lib/x86_64-linux-gnu/slurm-wlm
[ -e "$LIB/libslurmfull.so" ] || { echo "SKIPPED: no Slurm $R in ${ROOT:-/}" >&2; exit 0; }
[ -d "${SLURM_SRC:-}" ] || { echo "SKIPPED: SLURM_SRC is not set" >&2; exit 0; }
W=$(mktemp -d); trap 'rm -rf "$W"' EXIT
DIRS=$(git -C "$SLURM_SRC" ls-tree -d --name-only "$TAG" slurm src/common src/interfaces)
git -C "$SLURM_SRC" archive "$TAG" $DIRS | tar x -C "$W"
echo '#define SLURM_VERSION_NUMBER 0
#define SLURM_VERSION_NUM(a,b,c) (((a)<<16)+((b)<<8)+(c))' > "$W/slurm/slurm_version.h"
echo '#define _GNU_SOURCE 1
#define WITH_PTHREADS 1' > "$W/config.h"
gcc -w -O1 $DEFS -I"$W" -o "$W/peer" "$TOP/interop/codec/peer.c" -ldl -lpthread
cat > "$W/slurm.conf" <<C
ClusterName=x
SlurmctldHost=localhost
AuthType=auth/munge
PluginDir=$LIB
GresTypes=gpu
PriorityType=priority/multifactor
SelectType=select/cons_tres
ProctrackType=proctrack/linuxproc
NodeName=n[1-4] CPUs=4 Gres=gpu:1
PartitionName=p Nodes=ALL
C
. "$TOP/bin/lib/jdk.sh"
"${JAVA:-java}" -cp "$TOP/proto/target/classes" org.slurmctldj.proto.tool.MessageFuzzer -a "$SEED" "$N" $LO $HI > "$W/in"
run=("$W/peer")
[ -n "$ROOT" ] && run=("$ROOT/lib64/ld-linux-x86-64.so.2" --library-path "$ROOT/usr/lib/x86_64-linux-gnu:$LIB" "$W/peer")
"${run[@]}" "$LIB/libslurmfull.so" "$W/slurm.conf" $INIT < "$W/in" > "$W/out" 2> "$W/errors"
paste -d' ' "$W/in" "$W/out" | awk -v keep="${KEEP:-}" '
  # number version hex name number version verdict...
  { key = $2 " " $4 " " $1; v = $7; n[key " " v]++; all[key] = 1; vers[$2] = 1
    size = $3 == "-" ? 0 : length($3) / 2
    if (v == "refused") { why[key] = $0; sub(/.*refused/, "refused", why[key]); next }
    rank = (v == "same" ? 100000 : 0) + (size <= 800 ? size : 800 - size)
    if (!(key in best) || rank > best[key]) { best[key] = rank; body[key] = $1 " " $4 " " v " " $3 } }
  END {
    for (k in all) { split(k, f, " "); total[f[1]]++
      if (!((k " same") in n) && !((k " read") in n)) { refused[f[1]]++; print "version " f[1], f[2], why[k] | "sort" }
      else if (k " same" in n) same[f[1]]++; else took[f[1]]++
      if (keep != "" && k in body) print body[k] > (keep "/v" f[1] ".txt") }
    close("sort")
    for (v in vers) print "version " v ": " total[v] " messages; " same[v] + 0 " read and packed again to the same bytes, " took[v] + 0 " read to the last byte, " refused[v] + 0 " always refused" }'
