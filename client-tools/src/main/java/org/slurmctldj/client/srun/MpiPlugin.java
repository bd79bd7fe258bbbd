package org.slurmctldj.client.srun;

import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/** The plugins of {@code --mpi}, by the numbers with which a launch names them to the node daemons. */
enum MpiPlugin {
  NONE,
  PMI2,
  PMIX,
  PMIX_V4,
  PMIX_V5;

  private static final long NONE_ID = 101;
  private static final long PMI2_ID = 102;
  private static final long PMIX4_ID = 106;
  private static final long PMIX5_ID = 107;

  private static final Map<String, MpiPlugin> NAMES =
      Map.of("none", NONE, "openmpi", NONE, "pmi2", PMI2, "pmix", PMIX, "pmix_v4", PMIX_V4, "pmix_v5", PMIX_V5);

  /** What {@code --mpi} or else MpiDefault says. */
  static String name(Client client, Submission s) {
    return s.mpi != null ? s.mpi : client.conf().text("MpiDefault").orElse("none");
  }

  static MpiPlugin of(Client client, Submission s) {
    String name = name(client, s);
    MpiPlugin plugin = NAMES.get(name);
    if (plugin == null) {
      throw client.unsupported("--mpi=" + name);
    }
    return plugin;
  }

  /**
   * Slurm's number. Plain "pmix" is that of the PMIx library which the release is built with in Debian.
   *
   * @param version of the nodes
   */
  long number(int version) {
    boolean old = version < ProtocolVersion.V23_02;
    return switch (this) {
      case NONE -> old ? NONE_ID : SlurmConstants.NO_VAL;
      case PMI2 -> PMI2_ID;
      case PMIX -> old ? PMIX4_ID : PMIX5_ID;
      case PMIX_V4 -> PMIX4_ID;
      case PMIX_V5 -> PMIX5_ID;
    };
  }
}
