package org.slurmctldj.client.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slurmctldj.client.salloc.SallocOptions;
import org.slurmctldj.client.sbatch.SbatchOptions;
import org.slurmctldj.client.srun.SrunOptions;
import org.slurmctldj.proto.wire.ProtocolVersion;

/** The help names the options that a program takes: every one that works, none that is refused or of another program. */
class JobHelpTest {
  /** Other names of options that stand in the help, options of rare plugins, and what is for programs or for root. */
  private static final Set<String> NOT_SHOWN =
      Set.of(
          "batch", "bb", "cluster-constraint", "container-id", "context", "cpu_bind", "external-launcher", "extra", "gid", "gpu-freq", "interactive",
          "network", "ntasks-per-tres", "pack-group", "segment", "stepmgr", "tasks-per-node", "uid", "whole");

  private static Set<String> named(String text) {
    Set<String> names = new TreeSet<>();
    Matcher m = Pattern.compile("--([a-z][a-z0-9-]+)").matcher(text);
    while (m.find()) {
      names.add(m.group(1));
    }
    return names;
  }

  private static void check(JobHelp.Tool tool, List<JobOption> options, boolean old) {
    Set<String> help = named(JobHelp.help(tool, old));
    assertEquals(help, named(JobHelp.usage(tool, old)));
    Set<String> missing = new TreeSet<>();
    Set<String> strange = new TreeSet<>(help);
    for (JobOption o : options) {
      strange.remove(o.works() ? o.name() : "");
      if (o.works() && !help.contains(o.name()) && !NOT_SHOWN.contains(o.name())) {
        missing.add(o.name());
      }
    }
    assertEquals(Set.of(), strange, tool + " has no such option");
    assertEquals(Set.of(), missing, tool + " does not show them");
  }

  @Test
  void helpNamesTheOptionsThatWork() {
    for (int version : new int[] {ProtocolVersion.V22_05, ProtocolVersion.V24_11}) {
      boolean old = version < ProtocolVersion.V23_02;
      check(JobHelp.Tool.SBATCH, SbatchOptions.of(version), old);
      check(JobHelp.Tool.SALLOC, SallocOptions.of(version), old);
      check(JobHelp.Tool.SRUN, SrunOptions.of(version), old);
    }
  }

  @Test
  void linesFitATerminal() {
    for (JobHelp.Tool tool : JobHelp.Tool.values()) {
      for (String line : (JobHelp.help(tool, false) + JobHelp.usage(tool, false)).split("\n")) {
        assertTrue(line.length() <= 110, line);
      }
    }
  }
}
