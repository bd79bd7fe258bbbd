package org.slurmctldj.agent.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slurmctldj.proto.conf.GresConf;

/**
 * The node's generic resources that are devices: under which names jobs are told of GPUs, and which device files a job
 * that does not hold them may not open. Immutable; {@link #denied} looks the files up each time.
 */
public final class Devices {
  /** No gres.conf. */
  public static final Devices NONE = new Devices(GresConf.none(), false);

  private final GresConf conf;
  private final boolean constrained;

  /** @param constrained jobs can be kept from devices: ConstrainDevices=yes, and a cgroup v1 devices hierarchy */
  public Devices(GresConf conf, boolean constrained) {
    this.conf = conf;
    this.constrained = constrained;
  }

  /** Whether a job sees only its own devices: it counts them from 0 then. */
  public boolean constrained() {
    return constrained;
  }

  /** CUDA_VISIBLE_DEVICES and the like; SLURM_JOB_GPUS and SLURM_STEP_GPUS are there in any case. */
  public Set<String> gpuVariables() {
    Set<String> names = new TreeSet<>();
    conf.vendors().forEach(v -> names.add(v.variable()));
    return names;
  }

  /**
   * Rules of a devices cgroup, "c 195:1 rwm", against every device of gres.conf that is not held.
   *
   * @param held numbers of the devices by Slurm's number of the kind
   */
  public List<String> denied(Map<Long, BitSet> held) {
    if (!constrained) {
      return List.of();
    }
    Set<String> names = new TreeSet<>();
    conf.entries().forEach(e -> names.add(e.name()));
    Set<String> allowed = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    for (String name : names) {
      List<String> files = conf.files(name);
      BitSet own = held.getOrDefault(GresConf.kind(name), new BitSet());
      for (int i = 0; i < files.size(); i++) {
        rule(files.get(i), own.get(i) ? allowed : others);
      }
    }
    others.removeAll(allowed); // one file may stand for two kinds
    return new ArrayList<>(others);
  }

  private static void rule(String file, Set<String> into) {
    try {
      long device = ((Number) Files.getAttribute(Path.of(file), "unix:rdev")).longValue();
      int mode = (Integer) Files.getAttribute(Path.of(file), "unix:mode", LinkOption.NOFOLLOW_LINKS);
      long major = device >>> 8 & 0xfff | device >>> 32 & ~0xfffL;
      long minor = device & 0xff | device >>> 12 & ~0xffL;
      if (device != 0) {
        into.add(((mode & 0170000) == 0060000 ? "b " : "c ") + major + ":" + minor + " rwm");
      }
    } catch (IOException e) {
      // gone since the start: nobody can open it
    }
  }
}
