#!/usr/bin/env python3
"""walk.py SEED STEPS REAL OURS MASKS     one walk of random commands on two clusters, compared step by step.

REAL and OURS are the directories of the clusters (lib.sh). Jobs are known by the order of their submission, since
a real slurmctld spends a job id on what it refuses and ours does not: {j3} in a command is the id of the fourth job
on that side, and in what is printed ids become j3 again.
"""
import os
import random
import re
import subprocess
import sys
import time

from walk_running import Running, settle

SEED, STEPS, REAL, OURS, MASKS = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:6]
R = random.Random(SEED)
USERS = ["root", "root", "peer", "peeru"]


class Side:
    def __init__(self, directory):
        self.dir = directory
        self.ids = []

    def run(self, user, words):
        """-> (stdout, stderr, status) with ids of jobs by their number"""
        words = [re.sub(r"\{j(\d+)\}", lambda m: str(self.ids[int(m[1])]), w) for w in words]
        client = os.path.join(self.dir, "client")
        env = dict(os.environ, LC_ALL="C", TZ="UTC")
        if os.access(client, os.X_OK):
            env["PEER_AS"] = "" if user == "root" else user
            line = [client] + words
        else:
            env.update(SLURM_CONF=os.path.join(self.dir, "slurm.conf"), USER=user, LOGNAME=user, HOME="/tmp")
            line = words
            if user != "root":
                line = ["setpriv", "--reuid=" + user, "--regid=" + user, "--init-groups"] + words
        try:
            p = subprocess.run(line, env=env, cwd="/tmp", stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        except subprocess.TimeoutExpired:
            return "", "no end within 60 s\n", -1
        return p.stdout.decode("latin-1"), p.stderr.decode("latin-1"), p.returncode

    def masked(self, text):
        known = {str(i): "{j%d}" % n for n, i in enumerate(self.ids)}
        text = re.sub(r"(?<!\d)700\d{3}(?!\d)", lambda m: known.get(m[0], "{array task}"), text)  # FirstJobId=700001
        text = subprocess.run(["sed", "-E", "-f", MASKS], input=text, capture_output=True, text=True).stdout
        # basic priority counts down from the first job's; what is refused counts on one side alone
        text = re.sub(r"(SecsPreSuspend|LastBusyTime|CPULoad|SecsLeft)=\S+", r"\1=@", text)
        # when the real scheduler has last looked ahead
        text = re.sub(r"StartTime=\S+ EndTime=Unknown", "StartTime=@LATER@ EndTime=Unknown", text) if running else text
        text = re.sub(r"AccrueTime=\S+", "AccrueTime=@WHEN@", text)  # set when the real one's thread comes by
        return re.sub(r"Priority=(429\d{7}|[1-9]\d{6,8})\b", "Priority=@COUNTED@", text)


def pick(*values):
    return R.choice(values)


def job():
    n = len(real.ids)
    if n == 0 or R.random() < 0.04:
        return pick("999999", "0", "abc", "-1", "", "77777_3", "12x")
    return "{j%d}" % (n - 1 - min(n - 1, int(R.expovariate(0.4))))


def task_of(j):
    return j + pick("_1", "_2", "_[1-3]", "_[0,2]", "_99", "_x", "_[3-1]", "_*")


NUMBERS = ["0", "1", "2", "3", "4", "5", "-1", "x", "", "1-2", "2-1", "1k"]
TIMES = ["1", "7", "30", "90", "1:30", "1-0", "1-2:3:4", "UNLIMITED", "INFINITE", "0", "-1", "x", "", "200", "+5", "-5"]
WHENS = ["now+1hour", "2037-01-01T00:00:00", "2036-02-03", "2020-01-01", "x", "tomorrow"]
SUBMIT = {
    "-n": NUMBERS, "-N": NUMBERS + ["1-4", "3"], "-c": NUMBERS, "-t": TIMES, "--time-min": TIMES,
    "-p": ["debug", "long", "off", "hidden", "closed", "rooted", "fixed", "nosuch", "long,debug", "debug,nosuch", "off,off"],
    "--mem": ["100", "1G", "4000", "4001", "0", "1T", "x", "-5"], "--mem-per-cpu": ["10", "500", "2000", "x", "0"],
    "--nice": ["0", "10", "-10", "x", "5000000000"], "--comment": ["hi", "two words", "", "it's", "a=b"],
    "-w": ["n1", "n2", "n1,n2", "n[1-2]", "n9", "n1,n1", "n["], "-x": ["n1", "n2", "n[1-2]", "n9"],
    "-C": ["fast", "slow", "fast&slow", "fast|slow", "nosuch", "&", "(fast"],
    "-L": ["foo:2", "foo:5", "bar", "nosuch:1", "foo:x", "foo:1,bar:1", "foo:0"],
    "-d": ["afterok:{J}", "afterany:{J}", "afternotok:{J}", "after:{J}", "after:{J}+5", "singleton", "afterok:999999", "x", "afterok:{J}?afterany:{J}",
           "afterok:{J},singleton", "aftercorr:{J}", "expand:{J}"],
    "--array": ["1-3", "0-9%2", "1,3,5", "0-6:2", "3-1", "x", "1-2000", "0", "1-3%0", "5000000"],
    "--begin": WHENS, "--deadline": WHENS, "--exclusive": [None, "x"], "--oversubscribe": [None], "--requeue": [None], "--no-requeue": [None],
    "--priority": ["0", "5", "x", "4294967295", "TOP"], "--ntasks-per-node": NUMBERS, "--ntasks-per-core": ["1", "2"], 
    "--mincpus": ["1", "2", "9"], "--tmp": ["10", "100", "101", "1G"], "--signal": ["USR1", "B:USR1@60", "x", "9@99999"],
    "--mail-type": ["END", "ALL", "x", "BEGIN,FAIL", "TIME_LIMIT_80"], "--account": ["a1"], "--qos": ["normal", "high"], "--wckey": ["w"],
    "--reservation": ["nosuch"], "--open-mode": ["append", "truncate", "x"], "--hint": ["nomultithread", "compute_bound", "x"],
    "-m": ["block", "cyclic:block", "plane=2", "x", "arbitrary"], "--contiguous": [None], "--use-min-nodes": [None], "-O": [None], "-s": [None],
    "--cores-per-socket": ["1", "9"], "--sockets-per-node": ["1", "9"], "--threads-per-core": ["1", "2"],
    "-B": ["1", "1:1:1", "2:2", "*:1", "x"], "-J": ["w", "name with blank", "x" * 70], "--delay-boot": ["5", "x"], "--switches": ["1", "1@5", "x"],
    "--gres": ["none", "gpu", "gpu:1", "x:y:z"], "--chdir": ["/tmp", "/nosuch", "relative"], "--kill-on-invalid-dep": ["yes", "no", "x"],
    "--export": ["NONE", "ALL", "A=b"], "--gid": ["peer"], "--uid": ["peer"],
    "--extra": ["e"],
    
}
UPDATE = {
    "TimeLimit": TIMES, "TimeMin": TIMES, "NumNodes": NUMBERS, "NumCPUs": NUMBERS, "NumTasks": NUMBERS, "Partition": SUBMIT["-p"], "Name": ["new", "two words", ""],
    "JobName": ["other"], "Comment": ["c", "", "two words"], "AdminComment": ["adm", ""], "SystemComment": ["sys"],     "Priority": ["0", "1", "77", "x", "4294967295"], "Dependency": ["", "afterok:{J}", "singleton", "x"], "StartTime": WHENS, "EligibleTime": WHENS,
    "Deadline": WHENS, "MinMemoryNode": ["100", "4001", "x", "0"], "MinMemoryCPU": ["10", "5000"], "MinCPUsNode": ["1", "2", "99"],
    "MinTmpDiskNode": ["1", "1000"], "ReqNodeList": ["n1", "n2", "n9", ""], "NodeList": ["n1", "n9"], "ExcNodeList": ["n1", "", "n9"], "Features": ["fast", "nosuch", ""],
    "Licenses": ["foo:1", "nosuch", "", "foo:9"], "Requeue": ["0", "1", "x"], "OverSubscribe": ["yes", "no", "x"], "Contiguous": ["yes", "no", "x"],
    "ArrayTaskThrottle": ["0", "1", "3", "x"], "UserID": ["peer", "x"], "Account": ["a2", ""], "QOS": ["normal", "x"], "WCKey": ["k"], "Gres": ["gpu:1"],
    "StdOut": ["/tmp/x.out"], "WorkDir": ["/tmp"], "Shared": ["yes"], "CPUsPerTask": NUMBERS, 
    "ReservationName": ["nosuch", ""], "Switches": ["1", "2@10", "x"], "MailType": ["END"], "MailUser": ["u"], "Nonsense": ["1"], "Conn-Type": ["x"],
    "ReqCores": ["1"], "ReqSockets": ["1"], "ReqThreads": ["1"], "NtasksPerNode": ["1", "2"], "TasksPerNode": ["1", "4"], "ResetAccrueTime": [None],
    "Extra": ["y"], "KillOnInvalidDependent": ["yes"], "DelayBoot": ["5"], "Clusters": ["c"],
}
NODE = {
    "State": ["DRAIN", "RESUME", "UNDRAIN", "DOWN", "IDLE", "FAIL", "NoResp", "x", "POWER_UP", "POWER_DOWN", "MAINT", "CANCEL_REBOOT", "PLANNED"],
    "Reason": ["r", "two words", ""], "Weight": ["1", "5", "x"], "Features": ["fast,big", "slow", "a,b,", ""], "ActiveFeatures": ["fast"], "Comment": ["c", ""],
    "Extra": ["e"], "Gres": ["gpu:1", ""], "NodeAddr": ["127.0.0.1"], "NodeHostName": ["h"], "Nonsense": ["1"], "ResumeAfter": ["60"],
}
PARTITION = {
    "State": ["UP", "DOWN", "DRAIN", "INACTIVE", "x"], "MaxTime": TIMES, "DefaultTime": TIMES, "MaxNodes": NUMBERS, "MinNodes": NUMBERS, "Nodes": ["n1", "n1,n2", "ALL"],
    "AllowGroups": ["peer", "ALL", "nosuchgroup", ""], "AllowAccounts": ["a", "ALL"], "DenyAccounts": ["b"], "AllowQos": ["normal", "ALL"], "DenyQos": ["x"],
    "Hidden": ["YES", "NO", "x"], "RootOnly": ["YES", "NO", "x"], "Default": ["YES", "NO"], "DisableRootJobs": ["YES", "NO", "x"], "ReqResv": ["YES", "NO"],
    "OverSubscribe": ["NO", "EXCLUSIVE", "FORCE:2", "YES:4", "x"], "PriorityTier": ["1", "9", "x", "70000"], "PriorityJobFactor": ["5", "x"], "PreemptMode": ["OFF", "REQUEUE", "x"],
    "GraceTime": ["0", "30", "x"], "MaxMemPerNode": ["1000", "x", "UNLIMITED"], "DefMemPerCPU": ["10"], "MaxCPUsPerNode": ["2", "UNLIMITED", "x"], "LLN": ["YES", "NO", "x"],
    "Alternate": ["long", "nosuch", "NONE"], "AllocNodes": ["n1", "ALL", "nosuch"], "QoS": [""], "JobDefaults": ["DefCpuPerGPU=2", "x"],
    "OverTimeLimit": ["5", "UNLIMITED", "x"], "ExclusiveUser": ["YES", "NO", "x"], "Nonsense": ["1"],
}


def option(name, value):
    value = value if value is None else value.replace("{J}", job() or "1")
    if value is None:
        return [name]
    if name == "--uid":
        return ["--uid=" + value, "--gid=" + value]  # without it clients from 24.11 on mean root's group (docs/differences.md)
    return [name + "=" + value] if name.startswith("--") else [name, value]


def some(table, most):
    return [(k, R.choice(table[k])) for k in R.sample(sorted(table), R.randint(1, most))]


def submission():
    words = ["sbatch", "--parsable", "-o", "/dev/null"] + pick(["-H"], ["-H"], ["-p", "off"], ["--begin=2037-01-01"], ["-H", "-N2"])
    for name, value in some(SUBMIT, 3):
        words += option(name, value)
    return words + ["--wrap", "true"]


def change(kind, name, table, most=1):
    # One thing at a time: a real slurmctld may have done half of an update that it refuses.
    words = ["scontrol", "update"] + ([kind + "=" + name] if name else [])
    for key, value in some(table, most):
        words.append(key if value is None else key + "=" + value.replace("{J}", job() or "1"))
    return words


def command():
    """-> (user, words, what to look at afterwards)"""
    user, dice, j = R.choice(USERS), R.random(), job()
    node, partition = pick("n1", "n2", "n[1-2]", "n9", "ALL"), pick("debug", "long", "off", "hidden", "closed", "nosuch", "fixed")
    if len(real.ids) < 4 or dice < 0.30:
        return user, submission(), None
    if dice < 0.58:
        return user, change("JobId", pick(j, j, j, task_of(j)), UPDATE), j
    if dice < 0.68:
        return user, ["scontrol", pick("hold", "uhold", "release", "requeue", "requeuehold", "suspend", "resume", "top"), pick(j, j, task_of(j), j + "," + job())], j
    if dice < 0.78:
        more = pick([], [], ["-s", pick("USR1", "9", "x", "KILL", "65")], ["-b"], ["-f"], ["-t", pick("PENDING", "RUNNING", "x")], ["-n", "w"], ["-p", "off"], ["-u", pick("peer", "x")],
                    ["-v"], ["-Q"], ["-A", "a1"], ["-q", "normal"], ["-w", "n1"], ["-H"])
        return user, ["scancel"] + more + pick([j], [j], [task_of(j)], [j, job()], []), j
    if dice < 0.85:
        return user, change("NodeName", node, NODE), "node"
    if dice < 0.92:
        return user, change("PartitionName", partition, PARTITION), "partition"
    return user, pick(
        ["squeue", "-a", "-h", "-r", "-t", "all", "-S", "i,K", "-o", "%A %K %F %T %p %P %u %j %D %C %m %l %f %n %x %Y %v %y %E %h %H %I %X %W %w %a %q %k"],
        ["squeue", "-a", "-t", "PD", "-S", "i"], ["squeue", "-l", "-S", "i"], ["squeue", "-u", "peer", "-S", "i"], ["sinfo"], ["sinfo", "-N", "-l"], ["sinfo", "-R"], ["sinfo", "-a"],
        ["scontrol", "show", "part"], ["scontrol", "show", "node"], ["scontrol", "show", "lic"], ["scontrol", "show", "job", j], ["scontrol", "show", "step"],
        ["sinfo", "-o", "%P %a %l %D %T %N %c %m %d %f %w %g %h %r %s %A %B %C %F %p"], ["squeue", "--start", "-h", "-S", "i"], ["squeue", "-j", j], ["scontrol", "listpids", "1"],
        ["scontrol", "show", "hostnames", "n[1-3]"], ["scontrol", "write", "batch_script", j, "-"], ["scontrol", "show", "reservation"]), None


def after(look):
    if look == "node":
        return ["scontrol", "show", "node"]
    if look == "reservation":
        return ["scontrol", "show", "reservation"]
    if look == "partition":
        return ["scontrol", "show", "part"]
    if look and look.startswith("{j"):
        return ["scontrol", "show", "job", look]
    return None


def both(user, words):
    procs = []
    for side in (real, ours):
        procs.append(side.run(user, words))
    return procs


def texts(answers):
    """Error lines sorted: scancel asks for its jobs at once and prints what comes first."""
    return ["%s--- stderr\n%s--- status %d\n" % (s.masked(o), "".join(sorted(s.masked(e).splitlines(True))), rc) for s, (o, e, rc) in zip((real, ours), answers)]


def show(user, words, pair, step):
    print("differs %d: as %s: %s" % (step, user, " ".join("'%s'" % w if " " in w or w == "" else w for w in words)))
    if words != last:
        print("   after: " + " ".join(last))
    a, b = (t.splitlines() for t in pair)
    import difflib
    for line in difflib.unified_diff(a, b, "real", "ours", n=0, lineterm=""):
        if not line.startswith(("---", "+++", "@@")):
            print("   " + line)
    sys.stdout.flush()


def asked(user, words, step):
    """A question: asked again while the sides differ, since the real scheduler sets reasons only now and then."""
    for attempt in range(4):
        pair = texts(both(user, words))
        if pair[0] == pair[1]:
            return True
        time.sleep(1.5)
    difference = (tuple(words), tuple(sorted(set(pair[0].splitlines()) ^ set(pair[1].splitlines()))))
    if difference in told:
        return True  # what differed already
    told.add(difference)
    show(user, words, pair, step)
    return False


def gone(side, name):
    """A real slurmctld dies of some requests (24.11.5: of a partition's QOS that does not exist): what follows says nothing then."""
    for attempt in range(5):
        _, err, rc = side.run("root", ["scontrol", "show", "config"])
        if rc == 0 and not err:
            return False
        time.sleep(1)
    print("the %s controller does not answer any more after: %s" % (name, " ".join(last)))
    return True


real, ours = Side(REAL), Side(OURS)
running = Running(R, USERS, real.ids, job) if os.environ.get("RUNNING") else None
told = set()
bad = 0
for step in range(STEPS):
    user, words, look = running.command() if running else command()
    last = words
    before = bad
    if words[0] == "sbatch":
        answers = both(user, words)
        ids = [re.match(r"(\d+)", o) for o, _, rc in answers]
        pair = texts([(re.sub(r"^\d+", "ID", o), e, rc) for o, e, rc in answers])
        if all(ids):
            for side, found in zip((real, ours), ids):
                side.ids.append(int(found[1]))
            look = "{j%d}" % (len(real.ids) - 1)
        if pair[0] != pair[1]:
            bad += 1
            show(user, words, pair, step)
            if all(ids):
                pass
            elif any(ids):  # the sides are out of step: take it away again
                for side, found in zip((real, ours), ids):
                    if found:
                        side.run("root", ["scancel", found[1]])
                continue
    elif words[0] in ("squeue", "sinfo") or words[0] == "scontrol" and words[1] in ("show", "listpids"):
        bad += not asked(user, words, step)
    else:
        pair = texts(both(user, words))
        if pair[0] != pair[1]:
            bad += 1
            show(user, words, pair, step)
    if bad > before and (gone(real, "real") or gone(ours, "our")):
        break
    if running:
        settle((real, ours))
    question = after(look)
    if question:
        bad += not asked("root", question, step)
print("seed %d: %d steps, %d jobs, %d differ" % (SEED, STEPS, len(real.ids), bad))
sys.exit(bad > 0)
