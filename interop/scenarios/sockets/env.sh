# --ntasks-per-socket: n1 to n3 with two sockets of four cores, n4 and n5 with two of two cores and two threads (partition threads).
NODES=5 PEER_MEM=4000 SETTLED_JOBS= SETTLED=
PEER_DROP='^(SelectTypeParameters=|NodeName=|PartitionName=)'
conf_of_port() {
  local n h shape
  h=$(hostname -s)
  for n in 1 2 3 4 5; do
    shape='CoresPerSocket=4 ThreadsPerCore=1'; [ $n -gt 3 ] && shape='CoresPerSocket=2 ThreadsPerCore=2'
    echo "NodeName=n$n NodeHostname=$h NodeAddr=127.0.0.1 Port=$(($1 + 1000 + n)) Sockets=2 $shape RealMemory=$PEER_MEM State=UNKNOWN"
  done
}
