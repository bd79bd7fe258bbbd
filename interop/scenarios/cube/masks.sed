# what differs from run to run; the rest of a line must not
s#(StepId=|STEP |JobId=|JOB |allocation |\b[Jj]ob )[0-9]+#\1J#g
s#\bn[0-9]+:#NODE:#g
s#slurmstepd-n[0-9]+#slurmstepd-NODE#g
s#\[localhost:[0-9]+\]#[localhost:PORT]#g
s#job step id [0-9]+#job step id J#g
# 26.05's slurmstepd puts the time where the others put their name
s#^\[20[-0-9T:.]+\] error:#slurmstepd-NODE: error:#
# bash of the chroot of 26.05 names the command, too
s#^(User defined signal 1) +sleep 1$#\1#
s#\((n\[[-0-9,]+\]|n[0-9]+)\)#(NODES)#g
s# ON n[0-9]+ # ON NODE #g
s#AT 20[-0-9T:]+#AT TIME#g
s#(node|Node|Nodes|on|nodes) n(\[[-0-9,]+\]|[0-9]+)#\1 NODES#g
s#@HOST@#HOST#g
/step creation (temporarily|still) disabled/d
/Step created for/d
/queued and waiting for resources/d
/has been allocated resources/d
/are (still )?(not )?ready for job/d
/Waiting for resource configuration/d
/^$/d
# salloc hears of its end, or is gone before
/^salloc: Job allocation J has been revoked/d
