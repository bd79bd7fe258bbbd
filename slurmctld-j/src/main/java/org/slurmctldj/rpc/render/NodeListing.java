package org.slurmctldj.rpc.render;

import java.util.List;
import org.slurmctldj.proto.slurm.FieldVisitor;
import org.slurmctldj.proto.slurm.NodeInfoResponse;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.rpc.PiecedBody;
import org.slurmctldj.rpc.net.Pieces;

/** RESPONSE_NODE_INFO of nodes that are encoded already: same bytes as {@link NodeInfoResponse}. For one protocol version; sent once. */
public final class NodeListing implements PiecedBody {
  private static final int V24_11 = 42;

  private final long lastUpdate;
  private final int version;
  private final EncodedNodes.Selection selection;

  /** @param lastUpdate taken before the nodes were looked at */
  public NodeListing(long lastUpdate, int version, EncodedNodes.Selection selection) {
    this.lastUpdate = lastUpdate;
    this.version = version;
    this.selection = selection;
  }

  private Packer head() {
    Packer head = new Packer(64);
    Bitmap hidden = version >= V24_11 ? Bitmap.of(selection.nodes(), selection.hidden()) : null;
    new NodeInfoResponse().lastUpdate(lastUpdate).hiddenNodes(hidden).nodes(List.of()).write(head, version);
    // The number of nodes is the first field.
    head.patchU32(0, selection.nodes());
    return head;
  }

  @Override
  public byte[] headBytes() {
    return head().toByteArray();
  }

  @Override
  public Pieces pieces() {
    return selection.pieces();
  }

  /** Instead of sending the pieces: copies them. */
  @Override
  public void write(Packer out, int as) {
    if (as != version) {
      throw new IllegalArgumentException("encoded for version " + version + ", not " + as);
    }
    try {
      out.raw(headBytes());
      pieces().writeTo(out);
    } finally {
      pieces().release();
    }
  }

  /** For whoever prints it: reads the bytes back. They stay to be sent. */
  @Override
  public void fields(FieldVisitor visitor) {
    Packer all = head();
    pieces().writeTo(all);
    NodeInfoResponse.read(new Unpacker(all.toByteArray()), version).fields(visitor);
  }
}
