#!/bin/bash
# figure.sh FIGURE   one figure of versus-slurm.sh, which calls this: everything it started is stopped at its end
cd "$(dirname "$0")" || exit 1
: "${REPORT:=/dev/null}"
. ./lib.sh
. "$TOP/bin/lib/jdk.sh"
build_load
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"
R= O=
# a load program in the background ends with its controller
trap 'trap - EXIT; unpair' EXIT
trap 'exit 124' INT TERM
. "figures/$1.sh"
