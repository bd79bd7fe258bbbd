# Generic resources: two kinds, types, counts; a node with untyped ones and one without.
NODES=3 PEER_MEM=4000 SETTLED_JOBS=1,2,3,4,5 SETTLED="RUNNING RUNNING RUNNING RUNNING RUNNING "
PEER_DROP='^(SchedulerType=|SelectTypeParameters=|NodeName=|PartitionName=)'
conf_of_port() {
  local n=1 h
  h=$(hostname -s)
  for more in "Gres=gpu:tesla:2,gpu:kepler:2,lic:5" "Gres=gpu:2" ""; do
    echo "NodeName=n$n NodeHostname=$h NodeAddr=127.0.0.1 Port=$(($1 + 1000 + n)) Sockets=1 CoresPerSocket=4 ThreadsPerCore=1 RealMemory=$PEER_MEM $more State=UNKNOWN"
    n=$((n + 1))
  done
}
# slurmd counts devices by gres.conf, which lies beside slurm.conf
for i in 0 1 2 3; do : >"$INTEROP/gpu$i"; done
export PEER_GRES=$INTEROP/gres.conf
cat >"$PEER_GRES" <<X
NodeName=n1 Name=gpu Type=tesla File=$INTEROP/gpu[0-1]
NodeName=n1 Name=gpu Type=kepler File=$INTEROP/gpu[2-3]
NodeName=n1 Name=lic Count=5
NodeName=n2 Name=gpu File=$INTEROP/gpu[0-1]
X
