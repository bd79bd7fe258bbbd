package org.slurmctldj.daemon;

import java.io.IOException;
import java.util.HexFormat;
import org.slurmctldj.engine.ClusterEngine;
import org.slurmctldj.journal.Blob;
import org.slurmctldj.rpc.handlers.Controller;

/** Scripts and environments in the state directory, by content hash. Reads the disk: not for event loops. */
record StoredBlobs(ClusterEngine engine) implements Controller.Blobs {
  @Override
  public Controller.Content of(byte[] bytes) {
    return new Controller.Content(bytes, Blob.of(bytes).hash());
  }

  @Override
  public byte[] read(String hash) throws IOException {
    return engine
        .blobs()
        .get(HexFormat.of().parseHex(hash))
        .orElseThrow(() -> new IOException("no blob " + hash + " in the state directory"));
  }
}
