package org.slurmctldj.rpc;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slurmctldj.proto.os.UserDatabase;

/**
 * Users and groups as the system knows them, remembered for a while (GroupUpdateTime's spirit): the front door puts them
 * into commands, so apply never asks anything outside. Look-ups may block on a network service: worker threads only.
 */
public final class Identities {
  private static final int MOST_ENTRIES = 100_000;

  private record Entry<T>(T value, long until) {}

  private final Map<Long, Entry<Optional<UserDatabase.User>>> users = new ConcurrentHashMap<>();
  private final Map<Long, Entry<String>> groupNames = new ConcurrentHashMap<>();
  private final Map<String, Entry<long[]>> groupLists = new ConcurrentHashMap<>();
  private final Map<InetAddress, Entry<String>> hostNames = new ConcurrentHashMap<>();
  private final LongSupplier wallMillis;
  private final long keepMillis;

  public Identities(LongSupplier wallMillis, long keepMillis) {
    this.wallMillis = wallMillis;
    this.keepMillis = keepMillis;
  }

  public Optional<UserDatabase.User> user(long uid) {
    Entry<Optional<UserDatabase.User>> e = users.get(uid);
    if (e == null || e.until() < wallMillis.getAsLong()) {
      e = remember(users, uid, UserDatabase.userById(uid));
    }
    return e.value();
  }

  /** The user's name, or the number as text where there is none. */
  public String userName(long uid) {
    return user(uid).map(UserDatabase.User::name).orElse(Long.toString(uid));
  }

  /** The group's name, or "". */
  public String groupName(long gid) {
    Entry<String> e = groupNames.get(gid);
    if (e == null || e.until() < wallMillis.getAsLong()) {
      e = remember(groupNames, gid, UserDatabase.groupById(gid).map(UserDatabase.Group::name).orElse(""));
    }
    return e.value();
  }

  /** All groups of a user with this primary group, as initgroups would set them. */
  public long[] groups(String userName, long gid) {
    String key = userName + ":" + gid;
    Entry<long[]> e = groupLists.get(key);
    if (e == null || e.until() < wallMillis.getAsLong()) {
      e = remember(groupLists, key, UserDatabase.groupList(userName, gid));
    }
    return e.value();
  }

  /** The short name of a host, its address where it has none. */
  public String hostName(InetAddress address) {
    Entry<String> e = hostNames.get(address);
    if (e == null || e.until() < wallMillis.getAsLong()) {
      String name = address.getCanonicalHostName();
      int dot = name.indexOf('.');
      boolean literal = name.equals(address.getHostAddress());
      e = remember(hostNames, address, literal || dot < 0 ? name : name.substring(0, dot));
    }
    return e.value();
  }

  /** After scontrol reconfigure. */
  public void forget() {
    users.clear();
    groupNames.clear();
    groupLists.clear();
    hostNames.clear();
  }

  private <K, T> Entry<T> remember(Map<K, Entry<T>> map, K key, T value) {
    if (map.size() >= MOST_ENTRIES) {
      map.clear();
    }
    Entry<T> e = new Entry<>(value, wallMillis.getAsLong() + keepMillis);
    map.put(key, e);
    return e;
  }
}
