package org.slurmctldj.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskUsageTest {
  @TempDir Path proc;

  private void process(long pid, String stat, String status, String io) throws Exception {
    Path directory = Files.createDirectories(proc.resolve(Long.toString(pid)));
    Files.writeString(directory.resolve("stat"), stat);
    Files.writeString(directory.resolve("status"), status);
    Files.writeString(directory.resolve("io"), io);
  }

  @Test
  void aTasksProcessesAreCountedTogether() throws Exception {
    process(
        7,
        "7 (a ) b) S 1 7 7 0 -1 4194304 100 200 3 4 150 50 25 75 20 0 1 0 1 2 3",
        "Name:\ta\nVmPeak:\t    2048 kB\nVmHWM:\t    1024 kB\n",
        "rchar: 10\nwchar: 20\nread_bytes: 5\n");
    process(8, "8 (c) R 7 7 7 0 -1 0 1 2 0 0 100 0 0 0 20 0 1 0 1 2 3", "VmPeak:\t 1 kB\nVmHWM:\t 2 kB\n", "rchar: 1\nwchar: 2\n");
    TaskUsage used = TaskUsage.of(proc, new long[] {7, 8, 9});
    assertEquals(new TaskUsage(4000, 1026 * 1024, 2049 * 1024, 7, 11, 22), used);
  }

  @Test
  void ofThisProcess() {
    TaskUsage used = TaskUsage.of(ProcessHandle.current().pid());
    assertTrue(used.cpuMillis() > 0 && used.rssBytes() > 1 << 20 && used.vmBytes() >= used.rssBytes() && used.readBytes() > 0, used.toString());
  }
}
