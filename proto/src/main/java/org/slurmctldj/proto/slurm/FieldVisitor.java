package org.slurmctldj.proto.slurm;

/** Is shown the fields of a {@link SlurmStruct} in the order of their declaration. */
@FunctionalInterface
public interface FieldVisitor {
  /**
   * @param name Slurm's name of the field
   * @param value a boxed number, Boolean, String, array, List, Bitmap, SlurmAddress or SlurmStruct; null when absent
   */
  void field(String name, Object value);
}
