package org.slurmctldj.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** As a unit file or an admin writes them for slurmctld; getopt(3) is the rule. */
class CommandLineOptionsTest {
  private static CommandLineOptions parse(String line) {
    return CommandLineOptions.parse(line.isEmpty() ? new String[0] : line.split(" "));
  }

  @Test
  void lettersShareAWordAndValuesFollowInEitherForm() {
    CommandLineOptions o = parse("-Dcvvv -f/etc/a.conf -L /var/log/b -v --adopt");
    assertTrue(o.foreground && o.clear && o.adopt && !o.ignoreErrors);
    assertTrue(parse("-Di").ignoreErrors);
    assertEquals(4, o.verbose);
    assertEquals(Path.of("/etc/a.conf"), o.file);
    assertEquals(Path.of("/var/log/b"), o.logFile);
    assertFalse(o.help || o.version || o.quiet);
    assertEquals(Path.of("x"), parse("-Df x -q").file);
    assertTrue(parse("--help").help && parse("-h").help && parse("-V").version);
    assertFalse(parse("").foreground);
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertEquals("invalid option -- 'Z'", wrong("-DZ"));
    assertEquals("option requires an argument -- 'f'", wrong("-D -f"));
    assertEquals("unrecognized option '--systemd'", wrong("--systemd"));
    assertEquals("unexpected argument 'now'", wrong("-D now"));
  }

  private static String wrong(String line) {
    return assertThrows(CommandLineOptions.Wrong.class, () -> parse(line)).getMessage();
  }
}
