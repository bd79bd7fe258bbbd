package org.slurmctldj.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.slurm.ConfigFile;
import org.slurmctldj.proto.slurm.ConfigResponse;

class ConfiglessFilesTest {
  /** File names in the order real controllers sent them: the golden bodies 1004 and 2016 of 38, 42 and 45. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true|38|slurm.conf acct_gather.conf cgroup.conf cli_filter.lua ext_sensors.conf gres.conf helpers.conf job_container.conf knl_cray.conf mpi.conf oci.conf plugstack.conf topology.conf",
        "true|42|slurm.conf acct_gather.conf cgroup.conf cli_filter.lua gres.conf helpers.conf job_container.conf mpi.conf oci.conf plugstack.conf scrun.lua topology.conf",
        "true|45|acct_gather.conf cgroup.conf cli_filter.lua gres.conf helpers.conf job_container.conf mpi.conf namespace.yaml oci.conf plugstack.conf scrun.lua slurm.conf topology.conf topology.yaml",
        "false|42|slurm.conf cli_filter.lua plugstack.conf topology.conf oci.conf scrun.lua",
        "false|45|cli_filter.lua oci.conf plugstack.conf scrun.lua slurm.conf topology.conf topology.yaml",
      })
  void eachReleaseAsksForItsFilesInItsOrder(boolean slurmd, int version, String names) {
    assertEquals(List.of(names.split(" ")), ConfiglessFiles.names(slurmd, version));
  }

  @Test
  void filesAreSentWithTheirBytesAndMissingOnesAreNamed(@TempDir Path dir) throws IOException {
    Files.writeString(dir.resolve("slurm.conf"), "ClusterName=x\nInclude nodes.conf\n");
    Files.writeString(dir.resolve("nodes.conf"), "NodeName=n1\n");
    Files.write(dir.resolve("cgroup.conf"), new byte[] {'#', (byte) 0xe9, '\n'});
    ConfigResponse response =
        ConfiglessFiles.of(SlurmConf.load(dir.resolve("slurm.conf")), ConfiglessFiles.FLAG_SLURMD, 38);
    List<ConfigFile> files = response.configFiles();
    assertEquals("ClusterName=x\nInclude nodes.conf\n", files.get(0).fileContent());
    assertEquals("#\u00e9\n", files.get(2).fileContent());
    assertEquals(false, files.get(1).exists());
    assertNull(files.get(1).fileContent());
    ConfigFile included = files.get(files.size() - 1);
    assertEquals("nodes.conf", included.fileName());
    assertEquals("NodeName=n1\n", included.fileContent());
  }
}
