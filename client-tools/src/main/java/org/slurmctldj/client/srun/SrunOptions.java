package org.slurmctldj.client.srun;

import java.util.List;
import org.slurmctldj.client.job.JobOption;

/** srun's options, as {@link JobOption#parse} takes them. */
public final class SrunOptions {
  private static final String TABLE =
      """
      accel-bind = - - no
      account = A SLURM_ACCOUNT
      acctg-freq = - SLURM_ACCTG_FREQ
      autocomplete = - - new no
      bb = - SLURM_BURST_BUFFER no
      bbf = - - no
      bcast ? - SLURM_BCAST
      bcast-exclude = - SLURM_BCAST_EXCLUDE
      begin = b
      chdir = D SLURM_REMOTE_CWD
      cluster = M - no
      cluster-constraint = -
      clusters = M SLURM_CLUSTERS no
      comment = -
      compress ? - SLURM_COMPRESS
      constraint = C SLURM_CONSTRAINT
      container = - SLURM_CONTAINER no
      container-id = - SLURM_CONTAINER_ID new no
      context = -
      contiguous - -
      core-spec = S SLURM_CORE_SPEC
      cores-per-socket = -
      cpu-bind = - SLURM_CPU_BIND
      cpu_bind = -
      cpu-freq = - SLURM_CPU_FREQ_REQ
      cpus-per-gpu = - SLURM_CPUS_PER_GPU
      cpus-per-task = c SRUN_CPUS_PER_TASK
      deadline = -
      debugger-test - - - no
      delay-boot = - SLURM_DELAY_BOOT
      dependency = d SLURM_DEPENDENCY
      disable-status - X SLURM_DISABLE_STATUS
      distribution = m SLURM_DISTRIBUTION
      epilog = - SLURM_EPILOG no
      error = e SRUN_ERROR,SLURM_STDERRMODE
      exact - - SLURM_EXACT
      exclude = x
      exclusive ? - SLURM_EXCLUSIVE
      export = - SRUN_EXPORT_ENV,SLURM_EXPORT_ENV
      external-launcher ? - SLURM_EXTERNAL_LAUNCHER new
      extra = - - new
      extra-node-info = B
      gid = - - old no
      gpu-bind = - SLURM_GPU_BIND
      gpu-freq = - SLURM_GPU_FREQ
      gpus = G SLURM_GPUS
      gpus-per-node = - SLURM_GPUS_PER_NODE
      gpus-per-socket = -
      gpus-per-task = - SLURM_GPUS_PER_TASK
      gres = - SLURM_GRES
      gres-flags = - SLURM_GRES_FLAGS
      help - h
      het-group = - -
      hint = - SLURM_HINT
      hold - H
      immediate ? I SLURM_IMMEDIATE
      input = i SRUN_INPUT,SLURM_STDINMODE
      interactive - -
      job-name = J SLURM_JOB_NAME
      jobid = - SLURM_JOB_ID
      kill-on-bad-exit ? K SLURM_KILL_BAD_EXIT
      label - l SLURM_LABELIO
      licenses = L
      mail-type = -
      mail-user = -
      mcs-label = -
      mem = - SLURM_MEM_PER_NODE
      mem-bind = - SLURM_MEM_BIND
      mem-per-cpu = - SLURM_MEM_PER_CPU
      mem-per-gpu = - SLURM_MEM_PER_GPU
      mincpus = -
      mpi = - SLURM_MPI_TYPE
      msg-timeout = - SLURM_MSG_TIMEOUT no
      multi-prog - -
      network = - SLURM_NETWORK no
      nice ? -
      no-allocate - Z - no
      no-kill ? k SLURM_NO_KILL
      nodefile = F
      nodelist = w
      nodes = N SLURM_JOB_NUM_NODES,SLURM_NNODES
      ntasks = n SLURM_NTASKS,SLURM_NPROCS
      ntasks-per-core = - SLURM_NTASKS_PER_CORE
      ntasks-per-gpu = - SLURM_NTASKS_PER_GPU
      ntasks-per-node = - SLURM_NTASKS_PER_NODE
      ntasks-per-socket = - SLURM_NTASKS_PER_SOCKET
      ntasks-per-tres = -
      oom-kill-step ? - - new
      open-mode = - SLURM_OPEN_MODE
      output = o SRUN_OUTPUT,SLURM_STDOUTMODE
      overcommit - O SLURM_OVERCOMMIT
      overlap ? - SLURM_OVERLAP
      oversubscribe - s
      pack-group = - -
      partition = p SLURM_PARTITION
      power = - SLURM_POWER old no
      prefer = -
      preserve-env - E
      priority = -
      profile = - SLURM_PROFILE
      prolog = - SLURM_PROLOG no
      propagate ? -
      pty ? -
      qos = q SLURM_QOS
      quiet - Q
      quit-on-interrupt - -
      reboot - -
      relative = r
      reservation = - SLURM_RESERVATION
      resv-ports ? - SLURM_RESV_PORTS no
      segment = - - new
      send-libs ? - SLURM_SEND_LIBS
      signal = - SLURM_SIGNAL
      slurmd-debug = - SLURMD_DEBUG
      sockets-per-node = -
      spread-job - - SLURM_SPREAD_JOB
      stepmgr - - - new no
      switches = - SLURM_REQ_SWITCH
      task-epilog = - SLURM_TASK_EPILOG
      task-prolog = - SLURM_TASK_PROLOG
      tasks-per-node = -
      test-only - -
      thread-spec = - SLURM_THREAD_SPEC
      threads = T SLURM_THREADS no
      threads-per-core = - SLURM_THREADS_PER_CORE
      time = t SLURM_TIMELIMIT
      time-min = -
      tmp = -
      treewidth = - - new no
      tres-bind = - SLURM_TRES_BIND new
      tres-per-task = - SLURM_TRES_PER_TASK new
      uid = - - old no
      unbuffered - u SLURM_UNBUFFEREDIO
      usage - -
      use-min-nodes - - SLURM_USE_MIN_NODES
      verbose - v SLURM_DEBUG
      version - V
      wait = W SLURM_WAIT
      wckey = - SLURM_WCKEY
      whole - - SLURM_WHOLE
      """;

  public static List<JobOption> of(int version) {
    return JobOption.parse(TABLE, version);
  }

  private SrunOptions() {}
}
