package org.slurmctldj.client.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Command lines and complaints as real squeue 22.05.8, which uses glibc's getopt_long, answers them. */
class GetoptTest {
  private static final String LONG = "noheader=h partitions:=p sib=7 sibling=7 sort:=S start=8 steps::=s states:=t";

  private final ByteArrayOutputStream complaints = new ByteArrayOutputStream();

  private List<String> parse(String... words) {
    Console console = new Console(new ByteArrayOutputStream(), complaints);
    Getopt getopt = new Getopt("squeue", "hp:s::S:t:", LONG, List.of(words), console);
    List<String> seen = new ArrayList<>();
    for (int o = getopt.next(); o != Getopt.END; o = getopt.next()) {
      seen.add((o < 32 ? Integer.toString(o) : String.valueOf((char) o)) + "=" + getopt.argument());
    }
    seen.addAll(getopt.operands());
    return seen;
  }

  private String said() {
    return complaints.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void operandsMayStandBeforeOptions() {
    assertEquals(List.of("h=null", "p=debug", "x"), parse("x", "-h", "-p", "debug"));
    assertEquals(List.of("h=null", "-p"), parse("-h", "--", "-p"));
  }

  @Test
  void shortOptionsJoin() {
    assertEquals(List.of("h=null", "p=debug"), parse("-hpdebug"));
    assertEquals(List.of("s=9.0", "s=null", "9.0"), parse("-s9.0", "-s", "9.0"));
  }

  @Test
  void longOptionsMayBeCutAsLongAsTheyAreClear() {
    assertEquals(List.of("p=debug", "t=R", "8=null"), parse("--part=debug", "--stat", "R", "--star"));
    assertEquals(List.of("7=null"), parse("--si"));
    assertEquals("", said());
  }

  @Test
  void complaintsAreGlibcs() {
    parse("--s", "--foo", "-Z", "--noheader=3", "--pa");
    assertEquals(
        """
        squeue: option '--s' is ambiguous; possibilities: '--sib' '--sort' '--start' '--steps' '--states'
        squeue: unrecognized option '--foo'
        squeue: invalid option -- 'Z'
        squeue: option '--noheader' doesn't allow an argument
        squeue: option '--partitions' requires an argument
        """,
        said());
    assertEquals(List.of("?=null"), parse("-t"));
  }
}
