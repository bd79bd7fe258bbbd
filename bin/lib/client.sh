# Sourced by the launcher of every client program (POSIX sh), which has set $self to its own path: starts the one program that
# holds them all, with the name it was called by. No process is started besides java.
top=${self%/*}/..
. "$top/bin/lib/jdk.sh"
clients=$top/client-tools/target/clients
if [ -r "$clients/client-tools.jar" ]; then
  [ ! -r "$clients/clients.aot" ] || client_cache=-XX:AOTCache=$clients/clients.aot
  client_classes=$clients/client-tools.jar:$clients/proto.jar:$clients/lz4-java.jar
elif [ -d "$top/client-tools/target/classes" ]; then
  client_classes=$top/client-tools/target/classes:$top/proto/target/classes:$top/client-tools/target/lib/*
else
  echo "${0##*/}: $clients is missing: build first (mvn package, or bin/quickstart)" >&2
  exit 1
fi
exec "$JAVA" ${client_cache:+"$client_cache"} "@$top/bin/lib/client.jvm" -cp "$client_classes" \
  org.slurmctldj.client.Main "${0##*/}" "$@"
