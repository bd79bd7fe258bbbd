package org.slurmctldj.config;

import java.nio.file.Files;
import java.nio.file.Path;
import org.slurmctldj.proto.conf.ConfFile;

/**
 * slurmctld-j.conf, beside slurm.conf: the keys Slurm does not have. They never go into slurm.conf,
 * which real clients must be able to read. The file need not exist. Read once at start.
 */
public final class SlurmctldJConf {
  public static final String FILE_NAME = "slurmctld-j.conf";

  private String sackSocket = "/run/slurmctld/sack.socket";
  private int maxConnections = 16_384;
  private int requestTimeout = 10;
  private int journalSegmentMegabytes = 64;

  /** The file beside {@code slurmConf}, or the defaults if there is none. */
  public static SlurmctldJConf beside(Path slurmConf) {
    Path file = slurmConf.resolveSibling(FILE_NAME);
    return Files.exists(file) ? of(ConfFile.read(file)) : new SlurmctldJConf();
  }

  static SlurmctldJConf of(ConfFile file) {
    return ConfigBinder.bind(file, new SlurmctldJConf());
  }

  /** Where clients of this host get auth/slurm tokens. */
  public Path sackSocket() {
    return Path.of(sackSocket);
  }

  @Config(value = "SackSocket", description = "Unix socket at which clients of the controller's host get auth/slurm tokens. Slurm's own clients look at /run/slurmctld/sack.socket.")
  public SlurmctldJConf setSackSocket(String path) {
    check(path.startsWith("/"), "must be an absolute path");
    check(path.length() <= 107, "is longer than a unix socket's name may be (107 bytes)");
    sackSocket = path;
    return this;
  }

  /** Client connections open at once; above it, idle ones are shed. */
  public int maxConnections() {
    return maxConnections;
  }

  @Config(value = "MaxConnections", description = "Client connections open at once; above it, idle ones are shed.")
  public SlurmctldJConf setMaxConnections(int count) {
    check(count >= 16 && count <= 1_000_000, "must be from 16 to 1000000");
    maxConnections = count;
    return this;
  }

  /** Seconds from connect to the last byte of a request. */
  public int requestTimeout() {
    return requestTimeout;
  }

  @Config(value = "RequestTimeout", description = "Seconds from connect to the last byte of a request.")
  public SlurmctldJConf setRequestTimeout(int seconds) {
    check(seconds >= 1 && seconds <= 3600, "must be from 1 to 3600");
    requestTimeout = seconds;
    return this;
  }

  /** MB of one journal segment. */
  public int journalSegmentMegabytes() {
    return journalSegmentMegabytes;
  }

  @Config(value = "JournalSegmentMegabytes", description = "Size of one journal segment, and of the space reserved for the ends of jobs when the disk is full, in MB.")
  public SlurmctldJConf setJournalSegmentMegabytes(int megabytes) {
    check(megabytes >= 1 && megabytes <= 1024, "must be from 1 to 1024");
    journalSegmentMegabytes = megabytes;
    return this;
  }

  private static void check(boolean good, String otherwise) {
    if (!good) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
