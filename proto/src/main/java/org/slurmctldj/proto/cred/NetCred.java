package org.slurmctldj.proto.cred;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slurmctldj.proto.slurm.NodeAliasAddrsRequest;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.HostlistException;
import org.slurmctldj.proto.text.Json;
import org.slurmctldj.proto.wire.SlurmAddress;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * net_cred: where nodes are, from 23.11 on. Under cred/munge a munge credential over a packed {@link NodeAliasAddrsRequest},
 * under cred/slurm a token with two claims that say the same: {@code net}, for 23.11 and 24.05, and {@code netcred}, from
 * 24.11 on. As slurmctld 24.11.5 and 26.05 make them. Pure functions.
 */
public final class NetCred {
  private NetCred() {}

  static Map<String, Object> claims(NodeAliasAddrsRequest of) {
    List<String> names = names(of.nodeList());
    Map<String, Object> ports = new LinkedHashMap<>();
    List<Object> addresses = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      InetSocketAddress a = of.nodeAddrs().addrs().get(i).toInetSocketAddress();
      String ip = a.getAddress() instanceof Inet6Address six ? six.getHostAddress().replaceFirst("%.*", "") : a.getAddress().getHostAddress();
      // Slurm writes the port as it stands in memory there, in network order
      ports.put(ip, (long) (Short.reverseBytes((short) a.getPort()) & 0xffff));
      addresses.add(new TreeMap<>(Map.of("ip", ip, "name", names.get(i), "port", (long) a.getPort())));
    }
    return Map.of("net", new TreeMap<>(Map.of("addrs", ports, "nodes", of.nodeList())), "netcred", Map.of("addrs", addresses));
  }

  /** What a genuine token's claims say, by node name. {@link CredException} where they do not say it. */
  static Map<String, InetSocketAddress> ofClaims(Map<String, Object> claims) {
    Map<String, InetSocketAddress> out = new HashMap<>();
    if (!(claims.get("netcred") instanceof Map<?, ?> netcred) || !(netcred.get("addrs") instanceof List<?> list)) {
      throw invalid("the token has no addresses", null);
    }
    for (Object element : list) {
      if (!(element instanceof Map<?, ?> a)
          || !(a.get("name") instanceof String name)
          || !(a.get("ip") instanceof String ip)
          || !(a.get("port") instanceof Long port)
          || port < 0
          || port > 0xffff
          || !ip.matches("[0-9a-fA-F.:]+")) {
        throw invalid("the token's addresses: " + element, null);
      }
      try {
        out.put(name, new InetSocketAddress(InetAddress.getByName(ip), (int) (long) port));
      } catch (UnknownHostException e) {
        throw invalid("the token's addresses: " + ip, e);
      }
    }
    return out;
  }

  /** What the payload of a munge credential says, by node name. */
  public static Map<String, InetSocketAddress> ofPayload(byte[] payload, int version) {
    try {
      NodeAliasAddrsRequest m = NodeAliasAddrsRequest.read(new Unpacker(payload), version);
      List<String> names = names(m.nodeList());
      List<SlurmAddress> addresses = m.nodeAddrs().addrs();
      if (names.size() != addresses.size()) {
        throw invalid(addresses.size() + " addresses of " + names.size() + " nodes", null);
      }
      Map<String, InetSocketAddress> out = new HashMap<>();
      for (int i = 0; i < names.size(); i++) {
        if (!addresses.get(i).isUnspecified()) {
          out.put(names.get(i), addresses.get(i).toInetSocketAddress());
        }
      }
      return out;
    } catch (WireException e) {
      throw invalid("addresses of nodes: " + e.getMessage(), e);
    }
  }

  /** For clients, which have no key: what a token says that the controller itself has just handed over. */
  public static Map<String, InetSocketAddress> ofTokenUnverified(String token) {
    String[] parts = token.split("\\.");
    if (parts.length != 3) {
      throw invalid("no token", null);
    }
    try {
      return ofClaims(Json.parseObject(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.ISO_8859_1)));
    } catch (Json.JsonException | IllegalArgumentException e) {
      throw invalid("token: " + e.getMessage(), e);
    }
  }

  private static List<String> names(String hostlist) {
    try {
      return Hostlist.parse(hostlist == null ? "" : hostlist).toList();
    } catch (HostlistException e) {
      throw invalid("addresses of " + hostlist + ": " + e.getMessage(), e);
    }
  }

  private static CredException invalid(String why, Throwable cause) {
    return new CredException(org.slurmctldj.proto.slurm.SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL.number(), why, cause);
  }
}
