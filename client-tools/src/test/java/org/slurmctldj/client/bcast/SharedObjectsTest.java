package org.slurmctldj.client.bcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SharedObjectsTest {
  @Test
  void lddsLinesName() {
    String said =
        """
        \tlinux-vdso.so.1 (0x00007ffd)
        \tlibfoo.so.2 => /opt/foo/lib/libfoo.so.2 (0x00007f01)
        \tlibmissing.so.1 => not found
        \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f02)
        \t/lib64/ld-linux-x86-64.so.2 (0x00007f03)
        """;
    assertEquals(
        List.of("/opt/foo/lib/libfoo.so.2", "/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"), SharedObjects.paths(said));
  }

  @Test
  void whatLiesBelowAnExcludedDirectoryStaysHere() {
    List<String> usual = List.of("/lib", "/usr/lib", "/lib64/");
    assertTrue(SharedObjects.isWithin("/lib/x86_64-linux-gnu/libc.so.6", usual));
    assertTrue(SharedObjects.isWithin("/lib64/ld-linux-x86-64.so.2", usual));
    assertFalse(SharedObjects.isWithin("/libexec/libx.so", usual));
    assertFalse(SharedObjects.isWithin("/opt/lib/libx.so", usual));
    assertTrue(SharedObjects.isWithin("/opt/lib/libx.so", List.of("/opt/lib/libx.so")));
  }
}
