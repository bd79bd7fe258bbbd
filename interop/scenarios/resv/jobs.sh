# The real one counts refused ones in the names that it makes, too: no name is made after one.
# Reservations and the jobs that want in. Dates far ahead: the same on both sides.
$C scontrol create reservation reservationname=r1 starttime=now duration=60 user=root nodes=n1
$C scontrol create reservation starttime=2036-01-01T00:00:00 duration=10 user=peer nodecnt=1 flags=maint,ignore_jobs
$C scontrol create reservation reservationname=r1 starttime=now duration=10 user=root nodes=n2
$C scontrol create reservation starttime=now duration=10 user=root nodes=n1
$C scontrol create reservation starttime=now duration=10 user=nosuch nodes=n2
$C scontrol create reservation starttime=now duration=10 user=root nodes=n77
$C scontrol create reservation reservationname=far starttime=2036-01-01T00:00:00 duration=10 account=a nodes=n2 flags=daily
$C sbatch --reservation=r1 -o /dev/null --wrap 'sleep 1000'
$C sbatch -w n1 -t 5 -o /dev/null --wrap 'sleep 1000'
$C sbatch --reservation=nosuch -o /dev/null --wrap true
AS=peeru $C sbatch --reservation=r1 -o /dev/null --wrap true
