package org.slurmctldj.rpc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which message number is served by what. Built once at start; read by every worker. */
public final class RpcTable {
  private final Map<Integer, Rpc> rpcs;

  private RpcTable(Map<Integer, Rpc> rpcs) {
    this.rpcs = Map.copyOf(rpcs);
  }

  public Optional<Rpc> find(int type) {
    return Optional.ofNullable(rpcs.get(type));
  }

  /** All lines by number. */
  public List<Rpc> all() {
    List<Rpc> list = new ArrayList<>(rpcs.values());
    list.sort(Comparator.comparingInt(Rpc::type));
    return list;
  }

  /** Collects lines; a number taken twice is a mistake of ours. */
  public static final class Builder {
    private final Map<Integer, Rpc> rpcs = new HashMap<>();

    public Builder user(int type, String name, Rpc.Handler handler) {
      return add(new Rpc(type, name, Rpc.Role.USER, handler));
    }

    public Builder privileged(int type, String name, Rpc.Handler handler) {
      return add(new Rpc(type, name, Rpc.Role.PRIVILEGED, handler));
    }

    public Builder add(Rpc rpc) {
      if (rpcs.put(rpc.type(), rpc) != null) {
        throw new IllegalStateException("message " + rpc.type() + " has two handlers");
      }
      return this;
    }

    public RpcTable build() {
      return new RpcTable(rpcs);
    }
  }
}
