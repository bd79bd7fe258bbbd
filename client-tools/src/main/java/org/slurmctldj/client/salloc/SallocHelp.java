package org.slurmctldj.client.salloc;

/** What {@code salloc --help} and {@code --usage} print. A line that starts with &lt; is of releases before 23.02, with &gt; of later ones. */
final class SallocHelp {
  static final String HELP =
      """
      Usage: salloc [OPTIONS(0)...] [ : [OPTIONS(N)]] [command(0) [args(0)...]]

      Parallel run options:
        -A, --account=name          charge job to specified account
        -b, --begin=time            defer job until HH:MM MM/DD/YY
            --bell                  ring the terminal bell when the job is allocated
            --bb=<spec>             burst buffer specifications
            --bbf=<file_name>       burst buffer specification file
        -c, --cpus-per-task=ncpus   number of cpus required per task
            --comment=name          arbitrary comment
            --container             Path to OCI container bundle
      >      --container-id          OCI container ID
            --cpu-freq=min[-max[:gov]] requested cpu frequency (and governor)
            --delay-boot=mins       delay boot for desired node features
        -d, --dependency=type:jobid[:time] defer job until condition on jobid is satisfied
            --deadline=time         remove the job if no ending possible before
                                    this deadline (start > (deadline - time[-min]))
        -D, --chdir=path            change working directory
            --get-user-env          used by Moab.  See srun man page.
      <      --gid=group_id          group ID to run job as (user root only)
            --gres=list             required generic resources
            --gres-flags=opts       flags related to GRES management
        -H, --hold                  submit job in held state
        -I, --immediate[=secs]      exit if resources not available in "secs"
        -J, --job-name=jobname      name of job
        -k, --no-kill               do not kill job on node failure
        -K, --kill-command[=signal] signal to send terminating job
        -L, --licenses=names        required license, comma separated
        -M, --clusters=names        Comma separated list of clusters to issue
                                    commands to.  Default is current cluster.
                                    Name of 'all' will submit to run on all clusters.
                                    NOTE: SlurmDBD must up.
        -m, --distribution=type     distribution method for processes to nodes
                                    (type = block|cyclic|arbitrary)
            --mail-type=type        notify on state change: BEGIN, END, FAIL or ALL
            --mail-user=user        who to send email notification for job state
                                    changes
            --mcs-label=mcs         mcs label if mcs plugin mcs/group is used
        -n, --ntasks=N              number of processors required
            --nice[=value]          decrease scheduling priority by value
            --no-bell               do NOT ring the terminal bell
            --ntasks-per-node=n     number of tasks to invoke on each node
        -N, --nodes=N               number of nodes on which to run (N = min[-max])
      >      --oom-kill-step[=0|1]   set the OOMKillStep behaviour
        -O, --overcommit            overcommit resources
            --power=flags           power management options
            --priority=value        set the priority of the job to value
            --profile=value         enable acct_gather_profile for detailed data
                                    value is all or none or any combination of
                                    energy, lustre, network or task
        -p, --partition=partition   partition requested
        -q, --qos=qos               quality of service
        -Q, --quiet                 quiet mode (suppress informational messages)
            --reboot                reboot compute nodes before starting job
        -s, --oversubscribe         oversubscribe resources with other jobs
            --signal=[R:]num[@time] send signal when time limit within time seconds
            --spread-job            spread job across as many nodes as possible
            --switches=max-switches{@max-time-to-wait}
                                    Optimum switches and max time to wait for optimum
        -S, --core-spec=cores       count of reserved cores
            --thread-spec=threads   count of reserved threads
        -t, --time=minutes          time limit
            --time-min=minutes      minimum time limit (if distinct)
      <      --uid=user_id           user ID to run job as (user root only)
      >      --tres-bind=...         task to tres binding options
      >      --tres-per-task=list    list of tres required per task
            --use-min-nodes         if a range of node counts is given, prefer the
                                    smaller count
        -v, --verbose               verbose mode (multiple -v's increase verbosity)
            --wckey=wckey           wckey to run job under

      Constraint options:
            --cluster-constraint=list specify a list of cluster constraints
            --contiguous            demand a contiguous range of nodes
        -C, --constraint=list       specify a list of constraints
        -F, --nodefile=filename     request a specific list of hosts
            --mem=MB                minimum amount of real memory
            --mincpus=n             minimum number of logical processors (threads)
                                    per node
            --reservation=name      allocate resources from named reservation
            --tmp=MB                minimum amount of temporary disk
        -w, --nodelist=hosts...     request a specific list of hosts
        -x, --exclude=hosts...      exclude a specific list of hosts

      Consumable resources related options:
            --exclusive[=user]      allocate nodes in exclusive mode when
                                    cpu consumable resource is enabled
            --exclusive[=mcs]       allocate nodes in exclusive mode when
                                    cpu consumable resource is enabled
                                    and mcs plugin is enabled
            --mem-per-cpu=MB        maximum amount of real memory per allocated
                                    cpu required by the job.
                                    --mem >= --mem-per-cpu if --mem is specified.
      >      --resv-ports            reserve communication ports

      Affinity/Multi-core options: (when the task/affinity plugin is enabled)
                                    For the following 4 options, you are
                                    specifying the minimum resources available for
                                    the node(s) allocated to the job.
            --sockets-per-node=S    number of sockets per node to allocate
            --cores-per-socket=C    number of cores per socket to allocate
            --threads-per-core=T    number of threads per core to allocate
      <  -B  --extra-node-info=S[:C[:T]]  combine request of sockets per node,
      >  -B, --extra-node-info=S[:C[:T]]  combine request of sockets per node,
                                    cores per socket and threads per core.
                                    Specify an asterisk (*) as a placeholder,
                                    a minimum value, or a min-max range.

            --ntasks-per-core=n     number of tasks to invoke on each core
            --ntasks-per-socket=n   number of tasks to invoke on each socket

      GPU scheduling options:
            --cpus-per-gpu=n        number of CPUs required per allocated GPU
        -G, --gpus=n                count of GPUs required for the job
            --gpu-bind=...          task to gpu binding options
            --gpu-freq=...          frequency and voltage of GPUs
            --gpus-per-node=n       number of GPUs required per allocated node
            --gpus-per-socket=n     number of GPUs required per allocated socket
            --gpus-per-task=n       number of GPUs required per spawned task
            --mem-per-gpu=n         real memory required per allocated GPU


      Help options:
        -h, --help                  show this help message
            --usage                 display brief usage message

      Other options:
        -V, --version               output version information and exit

      """;

  static final String USAGE =
      """
      Usage: salloc [-N numnodes|[min nodes]-[max nodes]] [-n num-processors]
                    [-c cpus-per-node] [-r n] [-p partition] [--hold] [-t minutes]
                    [--immediate[=secs]] [--no-kill] [--overcommit] [-D path]
      <              [--oversubscribe] [-J jobname]
      <              [--verbose] [--gid=group] [--uid=user] [--licenses=names]
      >              [--oversubscribe] [-J jobname] [--verbose] [--licenses=names]
                    [--clusters=cluster_names]
                    [--contiguous] [--mincpus=n] [--mem=MB] [--tmp=MB] [-C list]
                    [--account=name] [--dependency=type:jobid[+time]] [--comment=name]
                    [--mail-type=type] [--mail-user=user] [--nice[=value]]
                    [--bell] [--no-bell] [--kill-command[=signal]] [--spread-job]
                    [--nodefile=file] [--nodelist=hosts] [--exclude=hosts]
                    [--network=type] [--mem-per-cpu=MB] [--qos=qos]
                    [--mem-bind=...] [--reservation=name] [--mcs-label=mcs]
                    [--time-min=minutes] [--gres=list] [--gres-flags=opts]
                    [--cpu-freq=min[-max[:gov]]] [--power=flags] [--profile=...]
                    [--switches=max-switches[@max-time-to-wait]]
                    [--core-spec=cores] [--thread-spec=threads] [--reboot]
                    [--bb=burst_buffer_spec] [--bbf=burst_buffer_file]
                    [--delay-boot=mins] [--use-min-nodes]
                    [--cpus-per-gpu=n] [--gpus=n] [--gpu-bind=...] [--gpu-freq=...]
                    [--gpus-per-node=n] [--gpus-per-socket=n] [--gpus-per-task=n]
      <              [--mem-per-gpu=MB]
      >              [--mem-per-gpu=MB] [--tres-bind=...] [--tres-per-task=list]
      >              [--oom-kill-step[=0|1]]
                    [command [args...]]
      """;

  private SallocHelp() {}
}
