package org.slurmctldj.proto.cred;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.proto.auth.SlurmToken;
import org.slurmctldj.proto.slurm.Identity;

/** A user as credentials carry it, to and from the id claim of tokens. */
final class Identities {
  private Identities() {}

  static SlurmToken.Identity claim(Identity id) {
    Map<String, Long> groups = new LinkedHashMap<>();
    String[] names = id.grNames();
    if (names != null && names.length == id.gids().length) {
      for (int i = 0; i < names.length; i++) {
        groups.put(names[i], id.gids()[i]);
      }
    }
    return new SlurmToken.Identity(
        text(id.pwName()), text(id.pwGecos()), text(id.pwDir()), text(id.pwShell()), Arrays.stream(id.gids()).boxed().toList(), groups);
  }

  static Identity of(SlurmToken token) {
    SlurmToken.Identity claim = token.identity().orElse(new SlurmToken.Identity("", "", "", "", List.of(), Map.of()));
    return new Identity()
        .uid(token.uid())
        .gid(token.gid())
        .pwName(claim.name())
        .pwGecos(claim.gecos())
        .pwDir(claim.dir())
        .pwShell(claim.shell())
        .gids(claim.gids().stream().mapToLong(Long::longValue).toArray())
        .grNames(claim.groups().keySet().toArray(String[]::new));
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }
}
