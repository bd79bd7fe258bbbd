# Four heterogeneous jobs, each after the one before: what runs, what has run, what has failed, what was cancelled.
started() { # ID STATE
  local i
  for i in $(seq 150); do [ "$($C squeue -h -t all -j "$1" -o %T 2>/dev/null | sort -u)" = "$2" ] && return; sleep .2; done
  echo "job $1 is not $2"
}
$C sbatch -J run -N1 -n2 -o /dev/null --wrap 'sleep 10000' : -J part -N2
started 1 RUNNING
$C sbatch -J well -n1 -o /dev/null --wrap 'sleep 1' : -n1 -J well2 -p long -t 5
started 3 COMPLETED
$C sbatch -J badly -n1 -o /dev/null --wrap 'exit 3' : -n1 -J badly2
started 5 FAILED
$C sbatch -J hold -H -n1 -o /dev/null --wrap 'true' : -n1 -J hold2
$C scancel 7
started 7 CANCELLED
$C sbatch -J wait -H -n1 -t 10 -L foo:1 -o /dev/null --wrap 'true' : -n2 -J wait2 -t 20 : -N3 -J wait3 --exclusive
