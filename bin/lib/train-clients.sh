#!/bin/sh
# Run by the build of client-tools: lays out what bin/squeue and its kin start from, client-tools/target/clients, and makes the
# AOT cache with a training run of the same JVM flags.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/bin/lib/jdk.sh"
target=$top/client-tools/target
clients=$target/clients
rm -rf "$clients"
mkdir -p "$clients"
cp "$target"/client-tools-*.jar "$clients/client-tools.jar"
cp "$target"/lib/proto-*.jar "$clients/proto.jar"
cp "$target"/lib/lz4-java-*.jar "$clients/lz4-java.jar"
"$JAVA" "-XX:AOTCacheOutput=$clients/clients.aot" "@$top/bin/lib/client.jvm" \
  -cp "$clients/client-tools.jar:$clients/proto.jar:$clients/lz4-java.jar" org.slurmctldj.client.Training > "$target/training.log" 2>&1 || {
  cat "$target/training.log" >&2
  exit 1
}
[ -s "$clients/clients.aot" ] || { cat "$target/training.log" >&2; exit 1; }
