#!/bin/sh
# build.sh OUTPUT: compiles the shepherd, static, so that it runs on any Linux of this architecture. Called by the Maven build.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
mkdir -p "$(dirname "$out")"
if command -v musl-gcc >/dev/null 2>&1; then
  compiler=musl-gcc
elif command -v gcc >/dev/null 2>&1; then
  compiler=gcc
else
  echo "slurmd-agent: no C compiler: the shepherd needs musl-gcc (musl-tools) or gcc to build" >&2
  exit 1
fi
for source in "$here"/*.c "$here"/*.h; do
  if [ ! -e "$out" ] || [ "$source" -nt "$out" ] || [ "$0" -nt "$out" ]; then
    "$compiler" -std=c11 -O2 -g -Wall -Wextra -Wshadow -Werror -static -o "$out.new" "$here"/*.c
    mv "$out.new" "$out"
    break
  fi
done
