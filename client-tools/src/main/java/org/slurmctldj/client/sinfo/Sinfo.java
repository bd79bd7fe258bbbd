package org.slurmctldj.client.sinfo;

import org.slurmctldj.client.cli.Client;

/** sinfo: nodes and partitions as a table. */
public final class Sinfo {
  private final Client client;

  public Sinfo(Client client) {
    this.client = client;
  }

  /** Gives the exit status. */
  public int run() {
    throw client.unsupported("sinfo");
  }
}
