# Two nodes with a feature each; nothing is submitted before the command lines.
NODES=2 PEER_MEM=4000 SETTLED_JOBS= SETTLED=
PEER_DROP='^(SchedulerType=|NodeName=)'
# The lines of the nodes need the cluster's ports: write_conf calls this with the port.
conf_of_port() {
  local n=1 h
  h=$(hostname -s)
  for more in Feature=fast,big Feature=slow; do
    echo "NodeName=n$n NodeHostname=$h NodeAddr=127.0.0.1 Port=$(($1 + 1000 + n)) CPUs=4 RealMemory=$PEER_MEM TmpDisk=100 $more State=UNKNOWN"
    n=$((n + 1))
  done
}
