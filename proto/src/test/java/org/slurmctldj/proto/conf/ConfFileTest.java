package org.slurmctldj.proto.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each expectation was seen with {@code scontrol ping} of Slurm 22.05.8 on such a file. */
class ConfFileTest {
  @TempDir Path dir;

  private static List<ConfFile.Line> lines(String text) {
    return ConfFile.parse("slurm.conf", text).lines();
  }

  private static String error(String text) {
    return assertThrows(ConfException.class, () -> lines(text)).getMessage();
  }

  @Test
  void aLineOfNodesHasSeveralTokensWithTheirPlace() {
    ConfFile.Line line = lines("# first\n\n NodeName = a[1-3]  CPUs=2 Feature=\"x y\" \r\n").get(0);
    assertEquals(3, line.tokens().size());
    assertEquals("a[1-3]", line.first().value());
    assertEquals("x y", line.find("feature").value());
    assertEquals(3, line.first().line());
    assertEquals("  CPUs=2 Feature=\"x y\"", line.tokens().get(1).rest());
  }

  @Test
  void continuationLinesJoinWithoutABlankAndKeepTheFirstNumber() {
    List<ConfFile.Line> lines = lines("NodeName=a\\  \n CPUs=2\\\n4\nSlurmctldPort=1 # a \\\nB=2\n");
    assertEquals("24", lines.get(0).find("CPUs").value());
    assertEquals(1, lines.get(0).find("CPUs").line());
    assertEquals(4, lines.get(1).first().line());
    assertEquals("2", lines.get(2).first().value());
  }

  @Test
  void aHashInQuotesStartsACommentUnlessEscaped() {
    assertEquals("Parse error in file slurm.conf line 1: \" b\"", error("Prolog=\"a b#c\"\n"));
    assertEquals("a#b", lines("Prolog=a\\#b\n").get(0).first().value());
    assertEquals("a\\b", lines("Prolog=a\\\\b\n").get(0).first().value());
  }

  @Test
  void quotesCountOnlyWhenABlankFollows() {
    assertEquals("", lines("Prolog=\"\"").get(0).first().value());
    assertEquals("\"a\"b", lines("Prolog=\"a\"b").get(0).first().value());
    assertEquals("Parse error in file slurm.conf line 2: \" b\"", error("A=1\nProlog=\"a b\n"));
  }

  @Test
  void rubbishIsNamedWithFileAndLine() {
    assertEquals("Parse error in file slurm.conf line 1: \"garbage\"", error("garbage\n"));
    assertEquals("Parse error in file slurm.conf line 1: \"Prolog=\"", error("Prolog=\n"));
    assertEquals("Parse error in file slurm.conf line 1: \" garbage x=1\"", error("NodeName=a CPUs=3 garbage x=1\n"));
    assertEquals("slurm.conf line 1: Include names no file", error("Include\n"));
  }

  @Test
  void operatorsBeforeTheEqualsSignAreKept() {
    ConfFile.Token token = lines("SlurmctldParameters+=a").get(0).first();
    assertEquals('+', token.operator());
    assertEquals("SlurmctldParameters", token.key());
    assertEquals("Include", lines("Include=foo").get(0).first().key());
  }

  @Test
  void includesAreReadInPlaceRelativeToTheTopFile() throws IOException {
    Files.createDirectories(dir.resolve("sub"));
    Files.writeString(dir.resolve("slurm.conf"), "ClusterName=blue\nInclude sub/nodes.%c # here\nLast=1\n");
    Files.writeString(dir.resolve("sub/nodes.blue"), "NodeName=a\ninclude sub/more\n");
    Files.writeString(dir.resolve("sub/more"), "\nNodeName=b\n");
    ConfFile conf = ConfFile.read(dir.resolve("slurm.conf"));
    assertEquals(List.of("blue", "a", "b", "1"), conf.lines().stream().map(l -> l.first().value()).toList());
    assertEquals(dir + "/sub/more", conf.lines().get(2).first().file());
    assertEquals(2, conf.lines().get(2).first().line());
    assertEquals(3, conf.files().size());
  }

  @Test
  void includeTroublesNameTheIncludingLine() throws IOException {
    Path top = dir.resolve("slurm.conf");
    Files.writeString(top, "A=1\nInclude missing\n");
    assertEquals(top + " line 2: cannot stat file " + dir + "/missing: No such file or directory",
        assertThrows(ConfException.class, () -> ConfFile.read(top)).getMessage());
    Files.writeString(top, "Include nodes.%c\nClusterName=x\n");
    assertEquals(top + " line 1: Include nodes.%c needs ClusterName, which must be set before it",
        assertThrows(ConfException.class, () -> ConfFile.read(top)).getMessage());
    Files.writeString(top, "Include slurm.conf\n");
    assertEquals(top + " line 1: Include is nested more than 16 deep",
        assertThrows(ConfException.class, () -> ConfFile.read(top)).getMessage());
  }
}
