package org.slurmctldj.proto.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** gres.conf of one node. What is taken, left out and refused in Slurm's words was seen with {@code slurmd -G} 22.05.8. */
class GresConfTest {
  private static GresConf read(String text) {
    return GresConf.of(ConfFile.parse("gres.conf", text), "n1", Set.of("gpu", "lic", "nic", "mps"));
  }

  private static String refused(String text) {
    return assertThrows(ConfException.class, () -> read(text)).getMessage();
  }

  @Test
  void devicesAreNumberedAsTheFilesStand() {
    GresConf c = read("Name=gpu Type=tesla File=/dev/nvidia[0-1]\nName=gpu Type=kepler File=/dev/nvidia[2-3]\nName=lic Count=5K\n");
    assertEquals(List.of("/dev/nvidia0", "/dev/nvidia1", "/dev/nvidia2", "/dev/nvidia3"), c.files("gpu"));
    assertEquals(5 << 10, c.entries().get(2).count());
    assertEquals("kepler", c.entries().get(1).type());
  }

  @Test
  void linesOfOtherNodesAndUnknownKindsAreLeftOut() {
    assertEquals(List.of(), read("NodeName=n[2-3] Name=gpu File=/dev/nvidia0\nName=zzz Count=1\n").entries());
    assertEquals(1, read("NodeName=n[1-3] Name=gpu File=/dev/nvidia0\nAutoDetect=off\n").entries().size());
  }

  @Test
  void gpusAreDevicesOrNothing() {
    assertEquals("gpu:0,lic:5", read("Name=gpu Count=2\n").reported("gpu:2,lic:5"));
    assertEquals("gpu:1,lic:5", read("Name=gpu File=/dev/nvidia0\n").reported("gpu:2,lic:5"));
    assertEquals("gpu:2", read("Name=gpu File=/dev/nvidia[0-3]\n").reported("gpu:2"));
    assertEquals("gpu:4", read("Name=gpu File=/dev/nvidia[0-3]\n").reported("gpu:tesla:2(S:0),gpu:kepler:2"));
    assertEquals("", GresConf.none().reported(null));
  }

  @Test
  void whatSlurmdStopsAtStopsHere() {
    assertEquals("Invalid GRES record for gpu, count does not match File value", refused("Name=gpu Count=1 File=/dev/nvidia[0-1]\n"));
    assertEquals("Invalid GRES record for lic, invalid count abc", refused("Name=lic Count=abc\n"));
    assertTrue(refused("Name=gpu File=/dev/nvidia0 Foo=bar\n").contains("Parse error in file gres.conf line 1: \" Foo=bar\""));
    assertTrue(refused("File=/dev/nvidia0\n").contains("Parse error in file gres.conf line 1"));
  }

  @Test
  void whatIsNotDoneIsRefusedByItsName() {
    for (String what : List.of("AutoDetect=nvml", "Cores=0-3", "Links=-1,0", "MultipleFiles=/dev/a", "Flags=one_sharing")) {
      assertTrue(refused("Name=gpu " + what + "\n").contains(what + " of gres.conf is not supported"), what);
    }
    assertTrue(refused("Name=mps Count=100\n").contains("Name=mps"));
  }

  @Test
  void flagsNameTheVendorsVariables() {
    assertEquals(4, read("Name=gpu File=/dev/nvidia0\n").vendors().size());
    assertEquals(Set.of(GresConf.Vendor.NVIDIA), read("Name=gpu File=/dev/nvidia0 Flags=nvidia_gpu_env\n").vendors());
    assertEquals(Set.of(), read("Name=gpu File=/dev/nvidia0 Flags=no_gpu_env\n").vendors());
  }

  @Test
  void aMissingFileIsTold() {
    assertEquals(Optional.of("/dev/no-such-gpu"), read("Name=gpu File=/dev/no-such-gpu\n").missingFile());
    assertEquals(Optional.empty(), read("Name=gpu File=/dev/null\n").missingFile());
  }

  /** 7696487 is what real Slurm sends for "gpu", 6515052 for "lic" ({@code slurmd -G}). */
  @Test
  void kindsHaveSlurmsNumbers() {
    assertEquals(7696487, GresConf.kind("gpu"));
    assertEquals(6515052, GresConf.kind("lic"));
  }
}
