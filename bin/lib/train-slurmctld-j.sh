#!/bin/sh
# Run by the build of slurmctld-j: makes the controller's AOT cache, target/slurmctld-j.aot, with a training run of the same JVM
# flags and class path that bin/slurmctld-j starts with. Nothing is done while the cache is newer than all it was made from.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/bin/lib/jdk.sh"
target=$top/slurmctld-j/target
cache=$target/slurmctld-j.aot
jars=$target/slurmctld-j.jars
if [ -s "$cache" ] && [ -z "$(find "$target"/*.jar "$target/lib" "$top/bin/lib/slurmctld-j.jvm" "$0" -type f -newer "$cache" | head -1)" ]; then
  exit 0
fi
rm -f "$cache"
# The order counts: a class path in another order makes the JVM pass over the cache.
(cd "$target" && ls slurmctld-j-*.jar lib/*.jar) > "$jars"
class_path=
while read -r jar; do
  class_path=$class_path${class_path:+:}$target/$jar
done < "$jars"
if ! timeout 120 "$JAVA" "-XX:AOTCacheOutput=$cache" "@$top/bin/lib/slurmctld-j.jvm" -cp "$class_path" \
  org.slurmctldj.daemon.Training > "$target/training.log" 2>&1 || [ ! -s "$cache" ]; then
  tail -20 "$target/training.log" >&2
  echo "slurmctld-j: NO AOT CACHE could be made (above: why): each start takes about a second longer" >&2
  rm -f "$cache"
fi
# A cache that was written on an overloaded machine has crashed the JVM at each start: better none.
if [ -s "$cache" ] && ! "$JAVA" "-XX:AOTCache=$cache" "@$top/bin/lib/slurmctld-j.jvm" -cp "$class_path" \
  org.slurmctldj.daemon.Slurmctld -V > "$target/trained.log" 2>&1; then
  tail -20 "$target/trained.log" >&2
  echo "slurmctld-j: the AOT cache does not work and was deleted (above: why): each start takes about a second longer" >&2
  rm -f "$cache"
fi
