package org.slurmctldj.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.ConfFile;

class SlurmctldJConfTest {
  private static SlurmctldJConf conf(String text) {
    return SlurmctldJConf.of(ConfFile.parse("slurmctld-j.conf", text));
  }

  @Test
  void recordedDefaults() {
    SlurmctldJConf conf = conf("# nothing\n");
    assertEquals(Path.of("/run/slurmctld/sack.socket"), conf.sackSocket());
    assertEquals(16_384, conf.maxConnections());
    assertEquals(10, conf.requestTimeout());
    assertEquals(64, conf.journalSegmentMegabytes());
  }

  @Test
  void explicitMapping() {
    SlurmctldJConf conf =
        conf("SackSocket=/x/sack\nmaxconnections=17\nRequestTimeout=2\nJournalSegmentMegabytes=8\n");
    assertEquals(Path.of("/x/sack"), conf.sackSocket());
    assertEquals(17, conf.maxConnections());
    assertEquals(2, conf.requestTimeout());
    assertEquals(8, conf.journalSegmentMegabytes());
    // a key that this test does not map is a key nobody tried
    assertEquals(
        Set.of("SackSocket", "MaxConnections", "RequestTimeout", "JournalSegmentMegabytes"),
        Set.copyOf(ConfigBinder.setters(SlurmctldJConf.class).keySet()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SackSocket=run/sack|SackSocket=run/sack: must be an absolute path",
        "MaxConnections=1|MaxConnections=1: must be from 16 to 1000000",
        "RequestTimeout=0|RequestTimeout=0: must be from 1 to 3600",
        "RequestTimeout=5s|RequestTimeout value \"5s\" is not a valid number",
        "JournalSegmentMegabytes=5000|JournalSegmentMegabytes=5000: must be from 1 to 1024",
        "Prolog=/x|Parsing error at unrecognized key: Prolog",
      })
  void validation(String line, String sentence) {
    assertEquals(
        sentence + "\nParse error in file slurmctld-j.conf line 2: \"" + line + "\"",
        assertThrows(ConfException.class, () -> conf("\n" + line + "\n")).getMessage());
  }
}
