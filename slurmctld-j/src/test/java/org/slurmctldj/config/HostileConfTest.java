package org.slurmctldj.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.ConfKey;
import org.slurmctldj.proto.conf.ConfKeyTable;
import org.slurmctldj.proto.conf.SlurmConf;

/** However damaged a slurm.conf is: it is taken, or refused with a sentence. Nothing else happens. */
class HostileConfTest {
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final Path CONF = Path.of("").toAbsolutePath().resolveSibling("conf");
  private static final List<String> NASTY =
      List.of(
          "", "\"\"", "-1", "0", "4294967296", "99999999999999999999", "UNLIMITED", "NONE", "a[1-", "a[3-1]", "a[1-999999999]",
          "[[[", "]", "a[1-3]b[2-", "\"", "\\", "1-2-3", "1:2:3:4", "=", ",,,", "(", "h(", "\u00ff\u00fe", "%c", "k", "a[,]", "a[-]");

  /** Tells whether it was taken. */
  private static boolean load(String text, String what) {
    try {
      ControllerConf conf = ControllerConf.of(SlurmConf.parse("slurm.conf", text));
      CoreConfig.of(conf, 1, groups -> new long[0]);
      for (int version = 38; version <= 45; version++) {
        BuildInfo.of(conf, new BuildInfo.Facts(0, 0, 1, 0, "x"), version);
      }
      return true;
    } catch (ConfException e) {
      assertFalse(e.getMessage().isBlank());
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("seed " + SEED + ", " + what + ":\n" + text, e);
    }
  }

  private static String sample(String name) throws IOException {
    return new String(Files.readAllBytes(CONF.resolve(name).resolve("slurm.conf")), StandardCharsets.ISO_8859_1);
  }

  @Test
  void damagedSamplesAreTakenOrRefusedWithASentence() throws IOException {
    Random random = new Random(SEED);
    int taken = 0;
    int refused = 0;
    for (String name : List.of("single-node", "munge-cluster", "auth-slurm-cluster")) {
      String good = sample(name);
      for (int round = 0; round < 400; round++) {
        StringBuilder text = new StringBuilder(good);
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
          int at = random.nextInt(text.length());
          switch (random.nextInt(4)) {
            case 0 -> text.setCharAt(at, (char) random.nextInt(256));
            case 1 -> text.insert(at, NASTY.get(random.nextInt(NASTY.size())));
            case 2 -> text.delete(at, Math.min(text.length() - 1, at + random.nextInt(20)));
            default -> text.insert(at, '\n');
          }
        }
        if (load(text.toString(), name + " round " + round)) {
          taken++;
        } else {
          refused++;
        }
      }
    }
    assertTrue(taken > 0 && refused > 0, taken + " taken, " + refused + " refused");
  }

  @Test
  void everyKeyWithEveryNastyValueIsTakenOrRefusedWithASentence() {
    String cluster = "ClusterName=c\nSlurmctldHost=h\nNodeName=n1\nPartitionName=p Nodes=n1\n";
    for (ConfKey key : ConfKeyTable.get().all()) {
      for (String value : NASTY) {
        String line =
            switch (key.scope()) {
              case CONF -> "";
              case NODE -> "NodeName=n2 ";
              case PARTITION -> "PartitionName=q Nodes=n1 ";
              case NODESET -> "NodeSet=s ";
              case DOWNNODES -> "DownNodes=n1 ";
              case FRONTEND -> "FrontendName=f ";
              case POWERACTION -> "PowerAction=a ";
            };
        load(cluster + line + key.name() + "=" + value + "\n", key.name() + "=" + value);
      }
    }
  }
}
