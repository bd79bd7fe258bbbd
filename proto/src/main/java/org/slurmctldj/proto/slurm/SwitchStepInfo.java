package org.slurmctldj.proto.slurm;

import java.util.Arrays;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * What a switch plugin adds to a step. Its framing differs: up to 39 a bare plugin id, 40 and 41 nothing at all when no
 * plugin is in use, from 42 a length first. Data of a real plugin can only be passed through from 42, where they can be
 * skipped; older versions with a plugin in use are refused.
 */
public final class SwitchStepInfo implements SlurmStruct {
  private static final long NONE_PLUGIN = 100;
  public static final SwitchStepInfo NONE = new SwitchStepInfo(new byte[0]);

  private final byte[] data;

  private SwitchStepInfo(byte[] data) {
    this.data = data;
  }

  /** Plugin id (u32) and the plugin's data. */
  public static SwitchStepInfo of(byte[] data) {
    return data.length == 0 ? NONE : new SwitchStepInfo(data.clone());
  }

  public byte[] data() {
    return data.clone();
  }

  public static SwitchStepInfo read(Unpacker in, int version) {
    if (version >= 42) {
      return of(in.mem());
    }
    if (version <= 39) {
      long plugin = in.u32();
      if (plugin != NONE_PLUGIN) {
        throw new WireException("switch plugin " + plugin + " is not supported in version " + version);
      }
    }
    return NONE;
  }

  public static void write(Packer out, SwitchStepInfo value, int version) {
    (value == null ? NONE : value).write(out, version);
  }

  @Override
  public void write(Packer out, int version) {
    if (version >= 42) {
      out.mem(data);
    } else if (data.length > 0) {
      throw new WireException("data of a switch plugin cannot go to version " + version);
    } else if (version <= 39) {
      out.u32(NONE_PLUGIN);
    }
  }

  static SwitchStepInfo random(RandomValues r, int version) {
    return version >= 42 ? of(r.mem()) : NONE;
  }

  @Override
  public void fields(FieldVisitor visitor) {
    visitor.field("data", data);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SwitchStepInfo o && Arrays.equals(data, o.data);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return FieldPrinter.oneLine(this);
  }
}
