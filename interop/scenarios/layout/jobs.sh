# The jobs of the layout scenario. The real controller starts jobs some seconds after their submission, ours at once, and which
# node a job gets depends on what runs already: each job has started, or a reason to wait, before the next one comes.
LAST=0
settled_one() { case $($C squeue -h -j "$LAST" -o '%t %r' 2>/dev/null) in PD\ None|CG*|CF*) return 1 ;; esac; }
over() { [ -z "$($C squeue -h -j "$1" -o %t)" ]; }
job() { LAST=$((LAST + 1)); "$@"; wait_for 30 "job $LAST" settled_one; }
job $C sbatch -J one -n1 -t 60 -o /dev/null --wrap 'sleep 1000'
# not again by itself after n3 has gone: Slurm's job waits two minutes for that, ours does not
job $C sbatch -J three --no-requeue -n3 -t 60 -o /dev/null --wrap 'sleep 1000'
job $C sbatch -J ok -n1 -o /dev/null --wrap 'exit 0'
wait_for 30 'job 3' over 3
job $C sbatch -J bad -n1 -p all -o /dev/null --wrap 'exit 7'
wait_for 30 'job 4' over 4
job $C sbatch -J fast -n1 -C fast -o /dev/null --wrap 'sleep 1000'
job $C sbatch -J slow --no-requeue -n1 -C slow --mem=600 -o /dev/null --wrap 'sleep 1000'
job $C sbatch -J either -H -n1 -C 'fast|slow' -o /dev/null --wrap 'true'
job $C sbatch -J both -n1 -C 'fast&big' --mem-per-cpu=300 -o /dev/null --wrap 'sleep 1000'
job $C sbatch -J whole -n1 -p whole -o /dev/null --wrap 'true'
job $C sbatch -J share -n1 -s -p share -o /dev/null --wrap 'true'
job $C sbatch -J group -n1 -p group -o /dev/null --wrap 'true'
AS=peer job $C sbatch -J group -H -n1 -p group -o /dev/null --wrap 'true'
job $C sbatch -J wide -N2 -p one -o /dev/null --wrap 'true'
job $C sbatch -J mem -H -n1 -p mem -o /dev/null --wrap 'true'
job $C sbatch -J muchmem -H -n1 -p mem --mem=3000 -o /dev/null --wrap 'true'
job $C sbatch -J allmem -H -n1 --mem=0 -o /dev/null --wrap 'true'
job $C sbatch -J arr2 --array=3,5,9-11 -H -d afterok:1 -o /dev/null --wrap 'true'
job $C sbatch -J tasks -H -N2 --ntasks-per-node=2 -c2 -o /dev/null --wrap 'true'
job $C sbatch -J threads -H -n2 --ntasks-per-core=1 -o /dev/null --wrap 'true'
job $C sbatch -J nomulti -H -n2 --hint=nomultithread -o /dev/null --wrap 'true'
job $C sbatch -J layout -H -B 1:2:1 -n2 -o /dev/null --wrap 'true'
job $C sbatch -J excl -H -n1 --exclusive -o /dev/null --wrap 'true'
job $C sbatch -J times -H -n1 -t 30 --time-min=10 --deadline=2037-01-01 --begin=2036-01-01 -o /dev/null --wrap 'true'
job $C sbatch -J many -H -n1 -o '/tmp/%x-%j.out' -e /tmp/err -i /dev/zero --open-mode=append --no-requeue --mail-type=BEGIN,TIME_LIMIT_80 --mail-user=x --signal=B:USR1@30 --wckey=w -D /var/tmp --wrap 'true'
job $C sbatch -J any -H -n1 -d 'afterok:1?afternotok:2' -o /dev/null --wrap 'true'
job $C sbatch -J single -H -n1 -d singleton -o /dev/null --wrap 'true'
# ours starts a task, which takes an id, at once: nothing that is shown comes after it
job $C sbatch -J arr --array=1-5:2%1 -p all -o /dev/null --wrap 'sleep 1000'
# refused: last, because real Slurm spends an id on some of them
AS=peeru $C sbatch -J group -n1 -p group -o /dev/null --wrap 'true'
AS=peer $C sbatch -J rootonly -n1 -p rootonly -o /dev/null --wrap 'true'
$C sbatch -J noroot -n1 -p noroot -o /dev/null --wrap 'true'
$C sbatch -J drained -n1 -p drained -o /dev/null --wrap 'true'
$C sbatch -J inactive -n1 -p inactive -o /dev/null --wrap 'true'
$C sbatch -J nofeature -n1 -C nosuch -o /dev/null --wrap 'true'
$C sbatch -J gres -n1 --gres=gpu:1 -o /dev/null --wrap 'true'
