# The jobs of compare.sh, run on both sides in this order, so that the ids are equal: 1, 2, 3 ...
# $C runs a client of the side under test; AS=user as that user.
# The real scheduler starts what it found after three seconds, ours at once: wait, so that both choose
# nodes in the same situations.
started() { [ "$($C squeue -h -j "$1" -o %t)" = R ]; }
over() { [ -z "$($C squeue -h -j "$1" -o %t)" ]; }
$C sbatch -J run1 -n1 -t 60 -o /dev/null --wrap 'sleep 1000'
wait_for 30 'job 1' started 1
$C sbatch -J wide -N2 -n2 -t 1-02:00:00 -o /dev/null --comment 'two nodes' --wrap 'sleep 1000'
wait_for 30 'job 2' started 2
$C sbatch -H -J held -n3 -o '/tmp/held-%j.out' --wrap 'true'
$C sbatch -J ok -n1 -o /dev/null --wrap 'exit 0'
wait_for 30 'job 4' over 4
$C sbatch -J three -n1 -o /dev/null --wrap 'exit 3'
wait_for 30 'job 5' over 5
$C sbatch -H -J gone -o /dev/null --wrap 'true'
$C scancel 6
$C sbatch -H -J arr --array=0-9%2 -o /dev/null --wrap 'true'
$C sbatch -J big -N2 --exclusive -t 5 -o /dev/null --wrap 'true'
$C sbatch -J later -n1 -t 5 --nice=10 -o /dev/null --wrap 'true'
$C sbatch -J begin -n1 --begin=2037-01-01T00:00:00 -o /dev/null --wrap 'true'
$C sbatch -J after -n1 -d afterany:1 -o /dev/null --wrap 'true'
AS=peer $C sbatch -J user -n2 -c1 --mem=100 -H --mail-type=END --mail-user=a@b.c -o /dev/null --wrap 'true'
$C sbatch -J off -p off -n1 -o /dev/null --wrap 'true'
$C sbatch -J lic -L foo:2 -H -n1 -o /dev/null --wrap 'true'
$C sbatch -J sig -n1 -p long -o /dev/null --wrap 'kill -9 $$'
$C sbatch -J mid -n1 -p long,debug -H -w n1 -x n2 --requeue -o /dev/null --wrap 'true'
$C sbatch -J toolong -p long -n1 -t 600 -o /dev/null --wrap 'true'
