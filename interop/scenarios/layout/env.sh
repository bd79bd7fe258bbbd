# Nodes with sockets, cores and threads, memory as a resource, and partitions of many kinds.
# n4 has no daemon: DownNodes.
NODES=3 PEER_MEM=4000 SETTLED_JOBS=3,4 SETTLED="COMPLETED FAILED "
PEER_DROP='^(SchedulerType=|SelectTypeParameters=|NodeName=|PartitionName=)'
# The lines of the nodes need the cluster's ports: write_conf calls this with the port.
conf_of_port() {
  local n=1 h
  h=$(hostname -s)
  for more in "Feature=fast,big Weight=10" "Feature=fast Weight=5" "Feature=slow Weight=7 MemSpecLimit=500" "Weight=1 TmpDisk=100"; do
    echo "NodeName=n$n NodeHostname=$h NodeAddr=127.0.0.1 Port=$(($1 + 1000 + n)) Sockets=1 CoresPerSocket=2 ThreadsPerCore=2 RealMemory=$PEER_MEM $more State=UNKNOWN"
    n=$((n + 1))
  done
}
