package org.slurmctldj.proto.slurm;

import org.slurmctldj.proto.wire.Packer;

/** A struct of Slurm's wire: plain data without a version, written in the layout of any. */
public interface SlurmStruct {
  /**
   * Writes it in the layout of {@code version}.
   *
   * @param version protocol version, 38 to 45 (the header's version field shifted right by 8)
   * @throws org.slurmctldj.proto.wire.WireException when it holds something that the version cannot carry
   */
  void write(Packer out, int version);

  /** Shows every field with its wire name, for printers. */
  void fields(FieldVisitor visitor);
}
