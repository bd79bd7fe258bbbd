# The jobs of the gres scenario.
$C sbatch -J one --gres=gpu:1 -o /dev/null --wrap 'sleep 1000'; sleep 4
$C sbatch -J tesla --gres=gpu:tesla:1 -o /dev/null --wrap 'sleep 1000'; sleep 4
$C sbatch -J kepler --gres=gpu:kepler:2 -o /dev/null --wrap 'sleep 1000'; sleep 4
$C sbatch -J lic --gres=lic:3 -o /dev/null --wrap 'sleep 1000'; sleep 4
$C sbatch -J job --gpus=2 -o /dev/null --wrap 'sleep 1000'; sleep 4
$C sbatch -J pernode -H --gpus-per-node=1 -N2 -o /dev/null --wrap 'true'
$C sbatch -J pertask -H --gpus-per-task=1 -n2 -o /dev/null --wrap 'true'
$C sbatch -J two -H --gres=gpu:1,lic:2 -o /dev/null --wrap 'true'
$C sbatch -J none -H --gres=none -o /dev/null --wrap 'true'
$C sbatch -J zero -H --gres=gpu:0 -o /dev/null --wrap 'true'
$C sbatch -J cpus -H --cpus-per-gpu=2 --gpus=1 -o /dev/null --wrap 'true'
$C sbatch -J types -H --gpus=tesla:1,kepler:1 -o /dev/null --wrap 'true'
$C sbatch -J waits --gres=gpu:1 -o /dev/null --wrap 'true'
$C sbatch -J nine --gres=gpu:9 -o /dev/null --wrap 'true'
$C sbatch -J nosuch --gres=nosuch:1 -o /dev/null --wrap 'true'
$C sbatch -J zzz --gres=gpu:zzz:1 -o /dev/null --wrap 'true'
