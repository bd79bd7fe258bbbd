package org.slurmctldj.client.sbatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * sbatch's options as a table: what the command line, directives and environment are read by, and what the documentation of
 * compatibility is printed from.
 *
 * @param name of the long option
 * @param argument {@link Getopt#NO_ARGUMENT} and its kin
 * @param letter of the short option; 0 for none
 * @param variable environment variables of the same meaning, separated by commas; empty for none
 * @param releases all of them, only those before 23.02, or only later ones
 * @param works false: refused by name
 */
public record SbatchOption(String name, int argument, char letter, String variable, Releases releases, boolean works) {
  /** Which releases have the option. */
  public enum Releases {
    ALL,
    OLD,
    NEW
  }

  /** Letters of options with an argument are marked in {@link #shortOptions}; values of long ones without a letter start here. */
  static final int FIRST_VALUE = 256;

  /** In Slurm's order: an ambiguous abbreviation lists what it may mean. "old"/"new": releases; "no": refused. */
  private static final String TABLE =
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
      requeue - - SBATCH_REQUEUE
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

  /** The options of a release. */
  public static List<SbatchOption> of(int version) {
    boolean old = version < ProtocolVersion.V23_02;
    List<SbatchOption> list = new ArrayList<>(128);
    for (String line : TABLE.split("\n")) {
      String[] words = line.split(" ");
      Releases releases = Releases.ALL;
      boolean works = true;
      for (int i = 3; i < words.length; i++) {
        switch (words[i]) {
          case "old" -> releases = Releases.OLD;
          case "new" -> releases = Releases.NEW;
          case "no" -> works = false;
          default -> {}
        }
      }
      if (releases != (old ? Releases.NEW : Releases.OLD)) {
        int argument =
            switch (words[1]) {
              case "=" -> Getopt.REQUIRED_ARGUMENT;
              case "?" -> Getopt.OPTIONAL_ARGUMENT;
              default -> Getopt.NO_ARGUMENT;
            };
        String variable = words.length > 3 && words[3].startsWith("S") ? words[3] : "";
        list.add(new SbatchOption(words[0], argument, words[2].equals("-") ? 0 : words[2].charAt(0), variable, releases, works));
      }
    }
    return list;
  }

  /** What getopt answers for the option. */
  static Map<Integer, SbatchOption> byValue(List<SbatchOption> options) {
    Map<Integer, SbatchOption> map = new HashMap<>();
    for (int i = 0; i < options.size(); i++) {
      map.put(options.get(i).value(i), options.get(i));
    }
    return map;
  }

  static List<Getopt.LongOption> longOptions(List<SbatchOption> options) {
    List<Getopt.LongOption> list = new ArrayList<>(options.size());
    for (int i = 0; i < options.size(); i++) {
      SbatchOption o = options.get(i);
      list.add(new Getopt.LongOption(o.name, o.argument, o.value(i)));
    }
    return list;
  }

  /** As getopt(3) takes them; options end at the script's name. */
  static String shortOptions(List<SbatchOption> options) {
    StringBuilder b = new StringBuilder("+");
    for (SbatchOption o : options) {
      if (o.letter != 0) {
        b.append(o.letter).append(o.argument == Getopt.NO_ARGUMENT ? "" : o.argument == Getopt.REQUIRED_ARGUMENT ? ":" : "::");
      }
    }
    return b.toString();
  }

  private int value(int index) {
    return letter != 0 ? letter : FIRST_VALUE + index;
  }
}
