package org.slurmctldj.client.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slurmctldj.client.cli.Getopt;

/** Where a command line's components begin and end, and what one keeps of those before it. */
class HetComponentsTest {
  private static final List<JobOption> OPTIONS = JobOption.parse("nodes = N\nwrap = -\njob-name = J\nhold - H\nntasks = n", 38);

  private static HetComponents.Line split(String... words) {
    return HetComponents.split(
        List.of(words),
        rest -> new Getopt("sbatch", JobOption.shortOptions(OPTIONS), JobOption.longOptions(OPTIONS), rest, null),
        () -> {
          throw new AssertionError("unknown option");
        });
  }

  @Test
  void colonsBetweenOptionsSeparate() {
    HetComponents.Line line = split("-N1", "-J", "a", ":", "-N", "2", ":", "--ntasks=3", "script", "arg");
    assertTrue(line.isHet());
    assertEquals(List.of(List.of("-N1", "-J", "a"), List.of("-N", "2"), List.of("--ntasks=3")), line.parts());
    assertEquals(List.of("script", "arg"), line.command());
  }

  @Test
  void aColonThatIsAnOptionsArgumentOrTheScriptsIsNone() {
    HetComponents.Line line = split("-J", ":", "-N1", "script", ":", "more");
    assertFalse(line.isHet());
    assertEquals(List.of(List.of("-J", ":", "-N1", "script", ":", "more")), line.parts(), "one job's line is not taken apart");
    assertEquals(List.of(), line.command());
  }

  @Test
  void aLineWithoutColonsIsLeftAsItIs() {
    HetComponents.Line line = split("-N1", "script");
    assertEquals(List.of(List.of("-N1", "script")), line.parts());
    assertEquals(List.of(), line.command());
  }

  /** As sbatch 22.05.8: a second component without options has the first one's name and is held, too, but has one node. */
  @Test
  void sizesAreEachComponentsOwnTheRestIsKept() {
    List<DefinedOptions.Given> given =
        OPTIONS.stream().map(o -> new DefinedOptions.Given(o, "x")).toList();
    assertEquals(
        List.of("wrap", "job-name", "hold"), HetComponents.kept(given).stream().map(g -> g.option().name()).toList());
  }

  @Test
  void variablesOfAComponentHaveTwoNames() {
    assertEquals(List.of("SLURM_NTASKS_HET_GROUP_1", "SLURM_NTASKS_PACK_GROUP_1"), HetComponents.names("SLURM_NTASKS", 1));
  }
}
