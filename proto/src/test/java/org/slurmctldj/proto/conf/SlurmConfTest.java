package org.slurmctldj.proto.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Each expected sentence was printed by {@code scontrol show hostlist} of 22.05.8 and 24.11.5. */
class SlurmConfTest {
  private static SlurmConf conf(String text) {
    return SlurmConf.parse("slurm.conf", text);
  }

  private static String error(String text) {
    return assertThrows(ConfException.class, () -> conf(text)).getMessage();
  }

  @Test
  void theLastLineOfAKeyWinsInAnyCaseAndIsReported() {
    SlurmConf conf = conf("KillWait=20\nkillwait=40\n");
    assertEquals(40, conf.number("KILLWAIT", 30));
    assertEquals(List.of("KillWait 1 specified more than once, latest value used"), conf.warnings());
  }

  @Test
  void anUnknownKeyIsNamedWithFileAndLineAndParsingGoesOn() {
    assertEquals(
        """
        _parse_next_key: Parsing error at unrecognized key: Foo
        Parse error in file slurm.conf line 2: "Foo=1"
        KillWait value "abc" is not a valid number
        Parse error in file slurm.conf line 3: "KillWait=abc\"""",
        error("ClusterName=x\nFoo=1\nKillWait=abc\n"));
    assertEquals(
        "Parsing error at unrecognized key: Foo\nParse error in file slurm.conf line 1: \" Foo=1 CPUs=abc\"",
        error("NodeName=n2 Foo=1 CPUs=abc\n"));
    assertEquals(
        "CPUs value \"abc\" is not a valid number\nParse error in file slurm.conf line 1: \" CPUs=abc\"",
        error("NodeName=n1 CPUs=abc\n"));
    assertEquals("Parse error in file slurm.conf line 1: \" Waittime=5\"", error("KillWait=30 Waittime=5\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "KillWait=-1|KillWait value (-1) is less than zero",
        "KillWait=70000|KillWait value (70000) is greater than 65535",
        "KillWait=5k|KillWait value \"5k\" is not a valid number",
        "KillWait=1.5|KillWait value \"1.5\" is not a valid number",
        "MaxJobCount=5000000000|MaxJobCount value (5000000000) is greater than 4294967295",
        "KillWait=99999999999999999999|KillWait value (99999999999999999999) is out of range",
        "MaxJobCount=2m|MaxJobCount value (2m) is not a valid number",
        "DisableRootJobs=maybe|\"maybe\" is not a valid option for \"DisableRootJobs\"",
        "MaxMemPerNode=5G|MaxMemPerNode value (5G) is not a valid number",
        "MaxMemPerNode=-1|MaxMemPerNode value (-1) is less than zero",
      })
  void aBadNumberGetsSlurmsSentence(String line, String sentence) {
    assertEquals(sentence, error(line + "\n").lines().findFirst().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({"30,30", "0x10,16", "010,8", "UNLIMITED,65535", "infinite,65535"})
  void numbersAreReadInSlurmsForms(String text, long number) {
    assertEquals(number, conf("KillWait=" + text + "\n").number("KillWait", 30));
  }

  @Test
  void unlimitedIsInfiniteOfTheKeysWidth() {
    assertEquals(SlurmConstants.INFINITE64, conf("MaxMemPerNode=UNLIMITED\n").number("MaxMemPerNode", 0));
    assertEquals(5 * 1024, conf("MaxJobCount=5k\n").number("MaxJobCount", 0));
    assertEquals(SlurmConstants.INFINITE, conf("MaxJobCount=INFINITE\n").number("MaxJobCount", 0));
  }

  @Test
  void controllersAreTriedInFileOrderAndMayHaveAnAddress() {
    SlurmConf conf = conf("SlurmctldHost=a(10.0.0.1)\nSlurmctldHost=b\nSlurmctldPort=6817-6819\n");
    assertEquals(List.of(new ControllerHost("a", "10.0.0.1"), new ControllerHost("b", "b")), conf.controllers());
    assertEquals(new PortRange(6817, 6819), conf.slurmctldPorts());
    assertEquals(3, conf.slurmctldPorts().count());
    assertEquals(
        List.of(new ControllerHost("m", "1.2.3.4"), new ControllerHost("n", "n")),
        conf("ControlMachine=m\nControlAddr=1.2.3.4\nBackupController=n\n").controllers());
    assertEquals(
        "Invalid SlurmctldPort 9-5",
        assertThrows(ConfException.class, () -> conf("SlurmctldPort=9-5\n").slurmctldPorts()).getMessage());
  }

  @Test
  void optionListsKnowNamesAndValues() {
    OptionList info = conf("AuthInfo=socket=/run/m,ttl=60,use_client_ids\n").authInfo();
    assertEquals("/run/m", info.value("socket").orElseThrow());
    assertEquals(60, info.number("TTL", 300));
    assertTrue(info.has("use_client_ids"));
    assertEquals(300, info.number("cred_expire", 300));
  }

  @Test
  void everyPrologLineCounts() {
    SlurmConf conf = conf("Prolog=/a\nProlog=/b\n");
    assertEquals(List.of("/a", "/b"), conf.list("Prolog"));
    assertEquals(List.of(), conf.warnings());
  }
}
