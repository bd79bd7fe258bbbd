"""Commands of walk.py for jobs that run (RUNNING=1 walk.sh ...): what their walk draws from, and what it waits for.

A requeued job of the real slurmctld waits two minutes for its credential to expire and ours does not
(docs/differences.md): requeued jobs are held at once, and all that is done to them afterwards is to cancel them; no
node goes down, since its jobs would be requeued. State=FAIL and SpecialExit, which ours refuses, would part the sides.
"""
import time

SIZES = [["-n1"], ["-n2"], ["-n4"], ["-n5"], ["-N2"], ["-N1-2", "-n3"], ["--exclusive"], ["-c2"], ["-w", "n2"], ["-n2", "-N2"], ["-s"], ["--mem=2000"],
         ["-n3", "--ntasks-per-node=2"], ["-L", "foo:1"], ["-C", "slow"], ["-p", "long"], ["-p", "hidden"], ["-p", "long,debug"], ["-x", "n1"], ["-O", "-n9"], ["-t", "5"],
         ["-t", "UNLIMITED"], ["--nice=10"], ["--priority=5"], ["-J", "w"], ["--no-requeue"], ["--comment=c"], ["-d", "singleton", "-J", "one"], ["--signal=B:USR1@60"]]
SCRIPTS = ["sleep 600", "sleep 600", "sleep 600", "true", "exit 3", "kill -9 $$", "trap 'exit 7' USR1; sleep 600 & wait", "trap '' TERM; sleep 600"]
UPDATES = ["TimeLimit=3", "TimeLimit=30", "TimeLimit=+5", "TimeLimit=UNLIMITED", "JobName=n", "Name=m", "Comment=x", "AdminComment=a", "Requeue=0", "Requeue=1", "Priority=7", "Nice=5",
           "NumNodes=1", "NumNodes=2", "NumCPUs=1", "NumTasks=2", "Partition=long", "MinMemoryNode=10", "Features=fast", "StartTime=now+1hour", "Dependency=singleton", "Licenses=foo:2",
           "ReqNodeList=n1", "NodeList=n1", "ExcNodeList=n2", "OverSubscribe=yes", "Deadline=2037-01-01T00:00:00", "TimeMin=1", "MailType=END", "WCKey=k", "QOS=q", "Account=", "StdOut=/tmp/q",
           "EndTime=2037-01-01T00:00:00", "MinCPUsNode=2", "Contiguous=yes", "Switches=1", "ArrayTaskThrottle=1", "ResetAccrueTime", "Extra=e", "UserID=peer", "ReservationName=none"]
JOB_FORMAT = "%A %K %F %i %T %t %p %Q %P %u %j %D %C %N %B %r %R %m %l %f %n %x %Y %v %y %E %h %H %I %X %W %w %a %q %k %o %s %z %c %d"
JOB_FIELDS = ("jobid,jobarrayid,arrayjobid,arraytaskid,state,statecompact,partition,username,userid,name,numnodes,numcpus,numtasks,nodelist,batchhost,reason,reasonlist,minmemory,"
              "timelimit,feature,reqnodes,excnodes,nice,dependency,oversubscribe,prioritylong,licenses,command,workdir,account,qos,wckey,comment,exit_code,derivedec,restartcnt,requeue,"
              "cpus-per-task,ntpercore,ntpernode,sct,mincpus,mintmpdisk,contiguous,schednodes,tres-alloc,tres-per-node,alloccpus,allocnodes,allocsid,batchflag,boardspernode,corespec,"
              "cluster,groupid,groupname,hetjobid,maxcpus,maxnodes,network,profile,reboot,reqswitch,resizetime,selectjobinfo,stdin,stdout,stderr,switches,timeused,verylongnosuch")
NODE_FIELDS = ("all,allocmem,allocnodes,available,cluster,comment,cores,cpus,cpusstate,disk,extra,features,features_act,groups,gres,gresused,maxcpuspernode,memory,nodeaddr,nodehost,"
               "nodelist,nodes,nodeai,nodeaiot,oversubscribe,partition,partitionname,port,preemptmode,prioritytier,reason,root,size,statecompact,statelong,sockets,socketcorethread,"
               "threads,time,user,userlong,weight")


class Running:
    def __init__(self, dice, users, ids, job):
        self.R, self.users, self.ids, self.job = dice, users, ids, job
        self.requeued = set()

    def pick(self, *values):
        return self.R.choice(values)

    def submission(self):
        words = ["sbatch", "--parsable", "-o", "/dev/null"]
        for size in self.R.sample(SIZES, self.R.randint(1, 2)):
            words += size
        if self.R.random() < 0.2:
            words.append("--array=" + self.pick("1-3", "1-4%2", "0,2"))
        if self.ids and self.R.random() < 0.15:
            words += ["-d", self.pick("afterok:", "afterany:", "afternotok:", "after:") + self.job()]
        return words + ["--wrap", self.R.choice(SCRIPTS)]

    def command(self):
        """-> (user, words, what to look at afterwards)"""
        user, dice = self.R.choice(self.users), self.R.random()
        j = self.job()
        if j in self.requeued:
            return "root", ["scancel", j], j
        task = j + self.pick("_1", "_2", "_[1-2]")
        if len(self.ids) < 2 or dice < 0.3:
            return user, self.submission(), None
        if dice < 0.5:
            return user, ["scontrol", "update", "JobId=" + self.pick(j, j, j, task), self.R.choice(UPDATES)], j
        if dice < 0.64:
            verb = self.pick("hold", "uhold", "release", "requeuehold", "suspend", "suspend", "resume", "resume", "top", "requeuehold Incomplete")
            if verb.startswith("requeuehold"):
                self.requeued.add(j)
            return user, ["scontrol"] + verb.split() + [self.pick(j, j, task)], j
        if dice < 0.78:
            more = self.pick([], ["-s", "USR1"], ["-b", "-s", "USR1"], ["-s", "STOP"], ["-s", "CONT"], ["-b"], ["-f"], ["-t", "RUNNING"], ["-t", "SUSPENDED"], ["-w", "n1"], ["-n", "w"], ["-p", "long"], ["-u", "peer"])
            whole = more and more[0] in ("-t", "-w", "-n", "-p", "-u")
            return user, ["scancel"] + more + ([] if whole and self.R.random() < 0.3 else [self.pick(j, j, task)]), j
        if dice < 0.86:
            node = self.pick("n1", "n2", "n[1-2]")
            state = self.pick(["State=DRAIN", "Reason=r"], ["State=RESUME"], ["State=RESUME"], ["State=UNDRAIN"], ["Weight=3"], ["Comment=c"])
            return "root", ["scontrol", "update", "NodeName=" + node] + state, "node"
        if dice < 0.91:
            return "root", ["scontrol"] + self.pick(
                ["create", "reservation", "ReservationName=r1", "StartTime=now", "Duration=10", "Nodes=n2", "Users=peer"],
                ["create", "reservation", "ReservationName=r2", "StartTime=now+1hour", "Duration=UNLIMITED", "NodeCnt=1", "Users=root", "Flags=MAINT,IGNORE_JOBS"],
                ["create", "reservation", "ReservationName=r3", "StartTime=now+2hours", "Duration=30", "Nodes=ALL", "Users=peer", "PartitionName=debug", "Flags=DAILY"],
                ["update", "reservation", "ReservationName=r1", "Duration=20"], ["update", "reservation", "ReservationName=r2", "Nodes=n1"],
                ["update", "reservation", "ReservationName=r3", "Users+=root"], ["delete", "ReservationName=" + self.pick("r1", "r2", "r3")]), "reservation"
        return "root", self.pick(
            ["squeue", "-a", "-h", "-r", "-t", "all", "-S", "i,K", "-o", JOB_FORMAT], ["squeue", "-a", "-h", "-t", "all", "-S", "i", "-O", JOB_FIELDS], ["squeue", "-a", "-S", "i"],
            ["squeue", "-w", "n1", "-S", "i"], ["squeue", "-t", "R,S,CG", "-S", "i"], ["sinfo"], ["sinfo", "-N", "-l"], ["sinfo", "-R"], ["sinfo", "-N", "-h", "-O", NODE_FIELDS],
            ["scontrol", "-o", "show", "node"], ["scontrol", "-d", "-o", "show", "job", j], ["scontrol", "show", "lic"], ["scontrol", "show", "step"], ["squeue", "-s", "-S", "i"],
            ["scontrol", "show", "reservation"], ["sinfo", "-T"], ["scontrol", "-o", "show", "part"], ["squeue", "--me"], ["squeue", "-P", "-S", "i"]), None


def settle(sides, limit=12):
    """Until neither side has anything on the way and both show the same states, or the time is up."""
    end = time.time() + limit
    while time.time() < end:
        seen = [s.masked(s.run("root", ["squeue", "-a", "-h", "-t", "all", "-S", "i,K", "-o", "%i %T %r"])[0]) for s in sides]
        if seen[0] == seen[1] and "COMPLETING" not in seen[0] and "CONFIGURING" not in seen[0]:
            return
        time.sleep(0.7)
