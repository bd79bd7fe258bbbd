package org.slurmctldj.proto.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlurmDumpTest {
  @TempDir Path dir;

  private String dump(int status, byte[] input, String... options) throws IOException {
    Path file = Files.write(dir.resolve("input"), input);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    String[] args = java.util.Arrays.copyOf(options, options.length + 1);
    args[options.length] = file.toString();
    assertEquals(status, new SlurmDump(new PrintStream(text, true, StandardCharsets.UTF_8)).run(args), text::toString);
    return text.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aBodyInHex() throws IOException {
    String text = dump(0, "000007e1 00000003 6e6f00".getBytes(StandardCharsets.US_ASCII), "-t", "8002", "-v", "24.11");
    assertTrue(text.contains("RESPONSE_SLURM_RC_MSG (8002) ReturnCodeTextMsg"), text);
    assertTrue(text.contains("return_code = 2017"), text);
    assertTrue(text.contains("err_msg = \"no\""), text);
  }

  /** The ping of framing.md, with the munge credential cut short. */
  @Test
  void aFrame() throws IOException {
    String frame = "00000025" + "2600000003f0000000000000" + "00000000" + "00000065" + "0000000d" + "4d554e47453a61626364653a00";
    String text = dump(0, frame.getBytes(StandardCharsets.US_ASCII));
    assertTrue(text.contains("message 1008, version 22.05 (38)"), text);
    assertTrue(text.contains("credential munge"), text);
    assertTrue(text.contains("REQUEST_PING (1008) EmptyBody"), text);
  }

  @Test
  void leftOverBytesAndBrokenBodiesAreTold() throws IOException {
    assertTrue(dump(1, "0000000000".getBytes(StandardCharsets.US_ASCII), "-t", "8001", "-v", "45").contains("1 bytes left over"));
    assertTrue(dump(1, "0000".getBytes(StandardCharsets.US_ASCII), "-t", "8001", "-v", "45").contains("broken:"));
  }
}
