package org.slurmctldj.client.salloc;

import java.util.List;
import org.slurmctldj.client.job.JobOption;

/** salloc's options, as {@link JobOption#parse} takes them. */
public final class SallocOptions {
  private static final String TABLE =
      """
      account = A SALLOC_ACCOUNT
      acctg-freq = - SALLOC_ACCTG_FREQ
      autocomplete = - - new no
      bb = - SALLOC_BURST_BUFFER
      bbf = - - no
      begin = b
      bell - - SALLOC_BELL
      chdir = D
      cluster = M - no
      cluster-constraint = -
      clusters = M SALLOC_CLUSTERS,SLURM_CLUSTERS no
      comment = -
      constraint = C SALLOC_CONSTRAINT
      container = - SALLOC_CONTAINER
      container-id = - SALLOC_CONTAINER_ID new
      context = -
      contiguous - -
      core-spec = S SALLOC_CORE_SPEC
      cores-per-socket = -
      cpu-freq = - SALLOC_CPU_FREQ_REQ
      cpus-per-gpu = - SALLOC_CPUS_PER_GPU
      cpus-per-task = c
      deadline = -
      delay-boot = - SALLOC_DELAY_BOOT
      dependency = d
      distribution = m
      exclude = x
      exclusive ? - SALLOC_EXCLUSIVE
      extra = - - new
      extra-node-info = B
      get-user-env ? - - old no
      gid = - - old no
      gpu-bind = - SALLOC_GPU_BIND
      gpu-freq = - SALLOC_GPU_FREQ
      gpus = G SALLOC_GPUS
      gpus-per-node = - SALLOC_GPUS_PER_NODE
      gpus-per-socket = -
      gpus-per-task = - SALLOC_GPUS_PER_TASK
      gres = - SALLOC_GRES
      gres-flags = - SALLOC_GRES_FLAGS
      help - h
      hint = - SALLOC_HINT,SLURM_HINT
      hold - H
      immediate ? I SALLOC_IMMEDIATE
      job-name = J
      kill-command ? K SALLOC_KILL_CMD
      licenses = L
      mail-type = -
      mail-user = -
      mcs-label = -
      mem = - SALLOC_MEM_PER_NODE
      mem-bind = - SALLOC_MEM_BIND
      mem-per-cpu = - SALLOC_MEM_PER_CPU
      mem-per-gpu = - SALLOC_MEM_PER_GPU
      mincpus = -
      network = - SALLOC_NETWORK
      nice ? -
      no-bell - - SALLOC_NO_BELL
      no-kill ? k SALLOC_NO_KILL
      no-shell - -
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
      overcommit - O SALLOC_OVERCOMMIT
      oversubscribe - s
      partition = p SALLOC_PARTITION
      power = - SALLOC_POWER old no
      prefer = -
      priority = -
      profile = - SALLOC_PROFILE
      qos = q SALLOC_QOS
      quiet - Q
      reboot - -
      reservation = - SALLOC_RESERVATION
      resv-ports ? - - new no
      segment = - - new
      signal = - SALLOC_SIGNAL
      sockets-per-node = -
      spread-job - - SALLOC_SPREAD_JOB
      stepmgr - - - new
      switches = - SALLOC_REQ_SWITCH
      tasks-per-node = -
      thread-spec = - SALLOC_THREAD_SPEC
      threads-per-core = - SALLOC_THREADS_PER_CORE
      time = t SALLOC_TIMELIMIT
      time-min = -
      tmp = -
      tres-bind = - - new
      tres-per-task = - - new
      uid = - - old no
      usage - -
      use-min-nodes - - SALLOC_USE_MIN_NODES
      verbose - v SALLOC_DEBUG
      version - V
      wait-all-nodes = - SALLOC_WAIT_ALL_NODES
      wckey = - SALLOC_WCKEY
      """;

  public static List<JobOption> of(int version) {
    return JobOption.parse(TABLE, version);
  }

  private SallocOptions() {}
}
