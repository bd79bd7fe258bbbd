# THE mask file: what may differ between the real slurmctld and ours on the same configuration and
# the same jobs, and why. Everything else must be equal byte for byte. A further mask needs a
# decision note in docs/decisions/.
#
# Free memory of this machine; first, for it may look like a port.
s#FreeMem=[0-9]+|FreeMem=N/A#FreeMem=@MEM@#g
# The two clusters live in different directories and on different ports.
s#/tmp/[a-z0-9-]+/(ours|real)[^/ "']*#@DIR@#g
s#\b(1[89][0-9]{3}|2[0-9]{4}|3[34][0-9]{3})\b#@PORT@#g
s#\bPort=[0-9]+#Port=@PORT@#g
# Points in time: the two sides start and submit at different moments. Digits only, so widths count.
s#[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}#YYYY-MM-DDThh:mm:ss#g
s#\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-9][0-9] [0-9:]{8}( [0-9]{4})?#@DATE@#g
s#\b1[0-9]{9}\b#@EPOCH@#g
# A job's SLUID says when it was submitted, and to which cluster (docs/decisions/0407).
s#\bs[0-9A-HJKMNP-TV-Z]{13}\b#@SLUID@#g
# Elapsed time and time left tick while the two sides are asked one after the other.
s#\b([0-9]{1,2}-)?([0-9]{1,2}:)?([0-9]{1,2}):[0-9]{2}\b#@TIME@#g
# Process ids and load of this machine.
s#\bSid=([^: ]*):[0-9]+#Sid=\1:PID#g
s#CPULoad=[0-9.]+|CPULoad=N/A#CPULoad=@LOAD@#g
# The version of the daemons (ours says which release it serves) and of a node's agent.
s#Version=[0-9]+\.[0-9]+\.[0-9]+|Version=slurmctld-j[^ ]*#Version=@VERSION@#g
s#(SLURM_VERSION +=) .*#\1 @VERSION@#
# Ids of later submissions: real Slurm spends an id on a refused or tested submission, ours does not.
s#(Submitted batch job|^sbatch: Job) [0-9]+#\1 @ID@#
# mpi_pmix.so loads only where libpmix is installed; its settings are then part of the real `show config`, with no mpi.conf, too
# (docs/decisions/0405).
/^MPI Plugins Configuration:$/,/^$/d
