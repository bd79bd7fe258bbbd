package org.slurmctldj.client.bcast;

import java.util.Locale;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.proto.bcast.BlockCompression;
import org.slurmctldj.proto.conf.SlurmConf;

/** How a file is sent: what sbcast's and srun's options say, over what slurm.conf says. */
public final class BroadcastOptions {
  /** Bytes of a block unless sbcast's -s says otherwise. */
  public static final int BLOCK = 8 << 20;

  /** BcastExclude unless slurm.conf says otherwise. */
  private static final String EXCLUDED = "/lib,/usr/lib,/lib64,/usr/lib64";

  public String source;
  /** Where it goes; "/" at its end: the node makes up a name. */
  public String destination;
  /** Directories whose libraries are not sent. */
  public String exclude;
  public BlockCompression compression;
  public boolean sendLibs;
  public int blockSize = BLOCK;
  /** 0: as TreeWidth says. */
  public int fanout;
  /** 0: MessageTimeout. */
  public int timeoutSeconds;
  public int verbose;
  public boolean force;
  public boolean preserve;

  /** What slurm.conf says. */
  public BroadcastOptions(Client client) {
    SlurmConf conf = client.conf();
    String named = parameter(conf, "compression");
    compression = named == null ? BlockCompression.NONE : compression(client, named);
    exclude = conf.text("BcastExclude").orElse(EXCLUDED);
    sendLibs = parameter(conf, "send_libs") != null;
  }

  /** A value of BcastParameters; "": a word without one, null: not set. */
  private static String parameter(SlurmConf conf, String key) {
    for (String word : conf.text("BcastParameters").orElse("").split(",")) {
      int equals = word.indexOf('=');
      if ((equals < 0 ? word : word.substring(0, equals)).strip().equalsIgnoreCase(key)) {
        return equals < 0 ? "" : word.substring(equals + 1);
      }
    }
    return null;
  }

  /** Where files without a path go: BcastParameters' DestDir, or null. */
  public static String directory(SlurmConf conf) {
    return parameter(conf, "destdir");
  }

  /** @param word null: the option without a value */
  public static BlockCompression compression(Client client, String word) {
    return switch (word == null ? "lz4" : word.toLowerCase(Locale.ROOT)) {
      case "lz4" -> BlockCompression.LZ4;
      case "none" -> BlockCompression.NONE;
      default -> {
        client.error("Compression type '" + word + "' unknown, disabling compression support.");
        yield BlockCompression.NONE;
      }
    };
  }

  /**
   * What --send-libs says.
   *
   * @param word null: the option without a value
   * @return null: neither yes nor no
   */
  public static Boolean sendLibs(String word) {
    return switch (word == null ? "yes" : word.toLowerCase(Locale.ROOT)) {
      case "yes", "y" -> true;
      case "no", "n" -> false;
      default -> null;
    };
  }
}
