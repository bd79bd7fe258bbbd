package org.slurmctldj.config;

import java.util.Locale;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.OptionList;

/**
 * SelectTypeParameters: which resources jobs are given.
 *
 * @param bits Slurm's select_type_param (CR_CPU bit 0, CR_SOCKET bit 1, CR_CORE bit 2, CR_MEMORY
 *     bit 4, ...)
 */
public record SelectType(int bits) {
  public static final int CPU = 1;
  public static final int SOCKET = 1 << 1;
  public static final int CORE = 1 << 2;
  public static final int MEMORY = 1 << 4;

  static SelectType of(String text) {
    int bits = 0;
    for (String item : new OptionList(text).items()) {
      int unit =
          switch (item.toUpperCase(Locale.ROOT)) {
            case "CR_CPU" -> CPU;
            case "CR_CPU_MEMORY" -> CPU | MEMORY;
            case "CR_CORE" -> CORE;
            case "CR_CORE_MEMORY" -> CORE | MEMORY;
            case "CR_SOCKET" -> SOCKET;
            case "CR_SOCKET_MEMORY" -> SOCKET | MEMORY;
            case "CR_MEMORY" -> MEMORY;
            case "OTHER_CONS_RES" -> 1 << 5;
            case "CR_ONE_TASK_PER_CORE" -> 1 << 8;
            case "CR_PACK_NODES" -> 1 << 9;
            case "OTHER_CONS_TRES" -> 1 << 11;
            case "CR_CORE_DEFAULT_DIST_BLOCK" -> 1 << 12;
            case "CR_LLN" -> 1 << 14;
            case "MULTIPLE_SHARING_GRES_PJ" -> 1 << 6;
            case "ENFORCE_BINDING_GRES" -> 1 << 3;
            case "ONE_TASK_PER_SHARING_GRES" -> 1 << 7;
            case "LL_SHARED_GRES" -> 1 << 13;
            default -> throw new ConfException("Bad SelectTypeParameter: " + item);
          };
      int resources = CPU | SOCKET | CORE;
      if ((unit & resources) != 0 && (bits & resources) != 0) {
        throw new ConfException("Bad SelectTypeParameter: " + text);
      }
      bits |= unit;
    }
    return new SelectType(bits);
  }

  public boolean memoryCounts() {
    return (bits & MEMORY) != 0;
  }
}
