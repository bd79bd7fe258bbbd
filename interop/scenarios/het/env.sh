# Heterogeneous jobs. The real slurmctld starts them by its backfill alone, so that looks every second here.
NODES=4 PEER_MEM=4000 SETTLED_JOBS=1,2,3,4,5,6,7,8 SETTLED="CANCELLED CANCELLED COMPLETED COMPLETED FAILED FAILED RUNNING RUNNING "
PEER_DROP='^(SchedulerType=|SchedulerParameters=)' MUTATE_WAIT=4
