#!/bin/bash
# jobs.sh RUN...: submits jobs of every state through RUN (a command prefix such as "env SLURM_CONF=..." or "DIR/client").
set -u
run() { timeout 20 "$@"; }
R=("$@")
b() { run "${R[@]}" sbatch --parsable -D /tmp -o /dev/null "$@"; }
export SLURM_TIME_FORMAT=
# ended jobs
b -J done --wrap 'true'
b -J "with blank" --comment 'a comment' --wrap 'exit 3'
b -J sig --wrap 'kill -9 $$'
a=$(b -J cancelled --wrap 'sleep 1000'); 
t=$(b -J timeout -t 1 --wrap 'sleep 1000')
sleep 2
# running jobs: several users, sizes, nodes
b -J run1 -n 2 --mem 100 --wrap 'sleep 100000'
b -J run2 -p batch -N 2 -n 4 -c 2 -t 1-02:03:04 --wxckey x --wrap 'sleep 100000' 2>/dev/null ||
b -J run2 -p batch -N 2 -n 4 -c 2 -t 1-02:03:04 --wrap 'sleep 100000'
b -J run3 -p short --exclusive -A acct1 -w n3 --uid=daemon --gid=daemon --wrap 'sleep 100000'
b -J steps -n 2 --mem 100 --gres=tape:2 --wrap 'srun -n1 -J st1 --overlap sleep 100000 & srun -n2 --overlap sleep 100000 & wait'
b -J arr -a 0-9:3%2 -n1 -t 10:00:00 --mem-per-cpu 50 --wrap 'sleep 100000'
b -J lic -L matlab:2 --uid=nobody --gid=nogroup --nice=10 --wrap 'sleep 100000'
b -J susp -n1 --wrap 'sleep 100000' > /tmp/.susp.$$
sleep 2
run "${R[@]}" scontrol suspend "$(cat /tmp/.susp.$$)"; rm -f /tmp/.susp.$$
run "${R[@]}" scancel "$a"
# pending jobs: reasons, dates, arrays, features, licences, exclusions
h=$(b -J held -H --wrap true)
b -J userheld --uid=daemon --gid=daemon -H --wrap true
b -J dep -d afterok:$h:$((h+1)),afternotok:$t --kill-on-invalid-dep=no --wrap true
b -J singleton -d singleton --wrap true
b -J begin --begin 2031-02-03T04:05:06 --wrap true
b -J "bigarr" -a 1-100,200,300-400:10%7 -H -p short,debug --wrap true
b -J resources -p debug -n 40 --mem-per-cpu=1000 -t 5 --wrap true
b -J huge -p batch -N 6 --exclusive --wrap true
b -J feat -p batch -C 'intel&big' -x n1 --wrap true 2>/dev/null
b -J feat2 -p batch -C 'amd|intel' -w n5 --uid=games --gid=games --wrap true
b -J notavail -p batch -w n6 -t 2:00:00 --time-min=1:00:00 --wrap true
b -J down -p down --wrap true
b -J lics -L matlab:9 --wrap true
b -J tmp --tmp=500 --mem=2G -c 3 --mincpus=4 -S 0 --contiguous -H --wrap true
b -J geo -B 2:4:1 -n 4 --ntasks-per-node=2 --ntasks-per-core=1 -H -N 2-3 --threads-per-core=1 --hint=nomultithread --wrap true 2>/dev/null
b -J geo2 -B '*:4:1' -n 4 --sockets-per-node=2 -H -N 1-4 --wrap true
b -J switch --switches=2@10:00 -H --reservation= --wrap true 2>/dev/null
b -J gpus --gres=tape:1 --cpus-per-task 4 -H --mem-per-cpu=1G --wrap true
b -J prio --priority 77777 -H --wckey wk --mail-user someone --profile none --wrap true
b -J deadline --deadline now+30days -t 10 -H --wrap true
b -J 'näme:%x' --comment 'ü' -H --wrap true
printf '#!/bin/bash\n#SBATCH -J script\nsleep 1\n' > /tmp/parity-job.sh; chmod 755 /tmp/parity-job.sh
b -H -D '/tmp' --open-mode=append -e /tmp/err.%j -i /dev/null /tmp/parity-job.sh arg1 'arg 2'
b -H -J het1 -n 2 --wrap true : -J het2 -p batch -n 3 --wrap true 2>/dev/null || printf '#!/bin/bash\n#SBATCH -J het1 -H -n2\n#SBATCH hetjob\n#SBATCH -J het2 -H -n3 -p batch\ntrue\n' | b
run "${R[@]}" scontrol update nodename=n4 state=drain reason="disk is bad: replace" 
run "${R[@]}" scontrol update nodename=n5 state=down reason="no power"
run "${R[@]}" scontrol create reservation reservationname=maint starttime=2031-01-01T00:00:00 duration=2:00:00 users=root,daemon nodes=n[1-2] flags=maint
run "${R[@]}" scontrol create reservation reservationname=now starttime=now duration=100-0 users=root nodes=n6
b -J resv --reservation now --wrap true
b -J done2 -p batch --uid=daemon --gid=daemon -A acct2 --wrap 'true'
