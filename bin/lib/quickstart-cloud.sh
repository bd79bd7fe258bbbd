# Sourced by bin/quickstart --cloud: the fake cloud, the controller, and a job that brings its nodes.
port=$(sed -n 's/^SlurmctldPort=//p' "$CONF")
export AWS_ACCESS_KEY_ID=FAKECLOUDACCESSKEY AWS_SECRET_ACCESS_KEY=none AWS_EC2_METADATA_DISABLED=true
say "Starting a fake EC2 (not AWS) and the controller"
if ! alive "$DIR/run/fake-cloud.pid"; then
  setsid "$TOP/interop/fake-cloud" "$((port + 2))" "$DIR/cloud" </dev/null >"$DIR/log/fake-cloud.log" 2>&1 &
  echo $! >"$DIR/run/fake-cloud.pid"
  for i in $(seq 300); do grep -q "^fake-cloud" "$DIR/log/fake-cloud.log" && break; sleep 0.1; done
  cat "$DIR/log/fake-cloud.log"
fi
alive "$DIR/run/slurmctld.pid" || "$TOP/bin/slurmctld-j" -f "$CONF" || { echo "quickstart: the controller did not start:" >&2; tail -5 "$DIR/log/slurmctld.log" >&2; exit 1; }
show "$TOP/bin/sinfo"

say "A job that needs two nodes"
cd "$DIR" || exit 1
cat >hello.sh <<'J'
#!/bin/bash
#SBATCH --job-name=hello --nodes=2 --output=hello-%j.out
echo "Hello from job $SLURM_JOB_ID on $SLURM_JOB_NODELIST, which did not exist a moment ago"
sleep 3
echo "Done."
J
printf '$ sbatch hello.sh\n'
id=$("$TOP/bin/sbatch" --parsable hello.sh) || exit 1
echo "Submitted batch job $id"
for i in $(seq 100); do [ "$("$TOP/bin/squeue" -h -j "$id" -o %t)" = CF ] && break; sleep 0.1; done
show "$TOP/bin/squeue"
show "$TOP/bin/sinfo"
for i in $(seq 1200); do "$TOP/bin/squeue" -h -j "$id" -t PD,CF,R,CG -o %i 2>/dev/null | grep -q . || break; sleep 0.1; done
show cat "hello-$id.out" || { "$TOP/bin/scontrol" show job "$id"; exit 1; }
show "$TOP/bin/sinfo"

say "Idle nodes are given back (SuspendTime=10)"
for i in $(seq 600); do [ "$("$TOP/bin/sinfo" -h -t powered_down -o %D 2>/dev/null | head -1)" = 4 ] && break; sleep 0.1; done
show "$TOP/bin/sinfo"
say "What to try next"
cat <<E
  eval "\$(bin/quickstart --cloud env)"     # then sinfo, sbatch, squeue, scontrol, scancel are on your PATH
  sbatch -N4 --wrap 'sleep 20'; watch -n1 sinfo
  curl http://127.0.0.1:$((port + 2))/fake/instances     # what the fake cloud has
  curl -X POST 'http://127.0.0.1:$((port + 2))/fake/fault?what=error&code=InsufficientInstanceCapacity&action=RunInstances&zone=fake-region-1a'
  tail -f $DIR/log/slurmctld.log
  bin/quickstart --cloud stop
E
