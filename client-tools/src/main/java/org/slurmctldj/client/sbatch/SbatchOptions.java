package org.slurmctldj.client.sbatch;

import java.util.List;
import org.slurmctldj.client.job.JobOption;

/** sbatch's options, as {@link JobOption#parse} takes them. */
public final class SbatchOptions {
  /** In Slurm's order: an ambiguous abbreviation lists what it may mean. "old"/"new": releases; "no": refused. */
  static final String TABLE =
      """
      account = A SBATCH_ACCOUNT
      acctg-freq = - SBATCH_ACCTG_FREQ
      array = a SBATCH_ARRAY_INX
      autocomplete = - - new no
      batch = - SBATCH_BATCH
      begin = b
      bb = - SBATCH_BURST_BUFFER
      bbf = - - no
      cluster-constraint = -
      chdir = D
      cluster = M - no
      clusters = M SBATCH_CLUSTERS,SLURM_CLUSTERS no
      comment = -
      container = - SBATCH_CONTAINER
      container-id = - SBATCH_CONTAINER_ID new
      context = -
      contiguous - -
      constraint = C SBATCH_CONSTRAINT
      core-spec = S SBATCH_CORE_SPEC
      cores-per-socket = -
      cpu-freq = - SBATCH_CPU_FREQ_REQ
      cpus-per-gpu = - SBATCH_CPUS_PER_GPU
      cpus-per-task = c
      deadline = -
      delay-boot = - SBATCH_DELAY_BOOT
      dependency = d
      distribution = m SBATCH_DISTRIBUTION
      error = e SBATCH_ERROR
      exclude = x
      exclusive ? - SBATCH_EXCLUSIVE
      export = - SBATCH_EXPORT
      export-file = - -
      extra = - - new
      extra-node-info = B
      get-user-env ? - SBATCH_GET_USER_ENV
      gid = -
      gpu-bind = - SBATCH_GPU_BIND
      gpu-freq = - SBATCH_GPU_FREQ
      gpus = G SBATCH_GPUS
      gpus-per-node = - SBATCH_GPUS_PER_NODE
      gpus-per-socket = -
      gpus-per-task = - SBATCH_GPUS_PER_TASK
      gres = - SBATCH_GRES
      gres-flags = - SBATCH_GRES_FLAGS
      help - h
      hint = - SBATCH_HINT,SLURM_HINT
      hold - H
      ignore-pbs - - SBATCH_IGNORE_PBS
      input = i SBATCH_INPUT
      job-name = J SBATCH_JOB_NAME
      kill-on-invalid-dep = -
      licenses = L
      mail-type = -
      mail-user = -
      mcs-label = -
      mem = - SBATCH_MEM_PER_NODE
      mem-bind = - SBATCH_MEM_BIND
      mem-per-cpu = - SBATCH_MEM_PER_CPU
      mem-per-gpu = - SBATCH_MEM_PER_GPU
      mincpus = -
      network = - SBATCH_NETWORK
      nice ? -
      no-kill ? k SBATCH_NO_KILL
      no-requeue - - SBATCH_NO_REQUEUE
      nodefile = F
      nodelist = w
      nodes = N
      ntasks = n
      ntasks-per-core = -
      ntasks-per-gpu = -
      ntasks-per-node = -
      ntasks-per-socket = -
      ntasks-per-tres = -
      oom-kill-step ? - - new
      open-mode = - SBATCH_OPEN_MODE
      output = o SBATCH_OUTPUT
      overcommit - O SBATCH_OVERCOMMIT
      oversubscribe - s
      parsable - -
      partition = p SBATCH_PARTITION
      power = - SBATCH_POWER old no
      prefer = -
      priority = -
      profile = - SBATCH_PROFILE
      propagate ? -
      qos = q SBATCH_QOS
      quiet - Q
      reboot - -
      requeue ? - SBATCH_REQUEUE
      reservation = - SBATCH_RESERVATION
      resv-ports ? - - new no
      segment = - - new
      signal = - SBATCH_SIGNAL
      sockets-per-node = -
      spread-job - - SBATCH_SPREAD_JOB
      stepmgr - - - new
      switches = - SBATCH_REQ_SWITCH
      tasks-per-node = -
      test-only - -
      thread-spec = - SBATCH_THREAD_SPEC
      threads-per-core = - SBATCH_THREADS_PER_CORE
      time = t SBATCH_TIMELIMIT
      time-min = -
      tmp = -
      tres-bind = - - new
      tres-per-task = - - new
      uid = -
      use-min-nodes - - SBATCH_USE_MIN_NODES
      usage - -
      verbose - v SBATCH_DEBUG
      version - V
      wait - W SBATCH_WAIT
      wait-all-nodes = - SBATCH_WAIT_ALL_NODES
      wckey = - SBATCH_WCKEY
      wrap = -
      """;

  public static List<JobOption> of(int version) {
    return JobOption.parse(TABLE, version);
  }

  private SbatchOptions() {}
}
