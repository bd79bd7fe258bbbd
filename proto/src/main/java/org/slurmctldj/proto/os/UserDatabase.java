package org.slurmctldj.proto.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The system's users and groups as libc sees them (files, LDAP, SSSD: whatever nsswitch.conf names).
 *
 * <p>A look-up may block on a network service: never call it on a thread that must not wait. Strings are bytes
 * carried as Latin-1. Ids are u32 in a long.
 */
public final class UserDatabase {
  public record User(String name, long uid, long gid, String gecos, String home, String shell) {}

  public record Group(String name, long gid) {}

  private static final int ERANGE = 34;
  private static final int ENOENT = 2;
  private static final int ESRCH = 3;
  private static final long LARGEST_BUFFER = 1 << 24;
  /** struct passwd and struct group of 64-bit glibc and musl. */
  private static final long PASSWD_SIZE = 48;

  private static final long GROUP_SIZE = 32;
  private static final int MOST_GROUPS = 65536;

  private static final FunctionDescriptor BY_NAME =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final FunctionDescriptor BY_ID =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  private static final MethodHandle GETPWNAM_R = Libc.function("getpwnam_r", BY_NAME);
  private static final MethodHandle GETPWUID_R = Libc.function("getpwuid_r", BY_ID);
  private static final MethodHandle GETGRNAM_R = Libc.function("getgrnam_r", BY_NAME);
  private static final MethodHandle GETGRGID_R = Libc.function("getgrgid_r", BY_ID);
  private static final MethodHandle GETGROUPLIST =
      Libc.function("getgrouplist", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS));

  public static Optional<User> userByName(String name) {
    return look(
        PASSWD_SIZE,
        (arena, entry, buffer, size, result) ->
            (int) GETPWNAM_R.invokeExact(Libc.cString(arena, name), entry, buffer, size, result),
        UserDatabase::user);
  }

  public static Optional<User> userById(long uid) {
    return look(
        PASSWD_SIZE,
        (_, entry, buffer, size, result) -> (int) GETPWUID_R.invokeExact((int) uid, entry, buffer, size, result),
        UserDatabase::user);
  }

  public static Optional<Group> groupByName(String name) {
    return look(
        GROUP_SIZE,
        (arena, entry, buffer, size, result) ->
            (int) GETGRNAM_R.invokeExact(Libc.cString(arena, name), entry, buffer, size, result),
        UserDatabase::group);
  }

  public static Optional<Group> groupById(long gid) {
    return look(
        GROUP_SIZE,
        (_, entry, buffer, size, result) -> (int) GETGRGID_R.invokeExact((int) gid, entry, buffer, size, result),
        UserDatabase::group);
  }

  /** All groups of a user, the given one first, as initgroups(3) would set them. */
  public static long[] groupList(String userName, long gid) {
    int room = 64;
    while (true) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment groups = arena.allocate(JAVA_INT, room);
        MemorySegment count = arena.allocate(JAVA_INT);
        count.set(JAVA_INT, 0, room);
        int answer = (int) GETGROUPLIST.invokeExact(Libc.cString(arena, userName), (int) gid, groups, count);
        int found = count.get(JAVA_INT, 0);
        if (answer >= 0) {
          long[] list = new long[found];
          for (int i = 0; i < found; i++) {
            list[i] = Integer.toUnsignedLong(groups.getAtIndex(JAVA_INT, i));
          }
          return list;
        }
        if (room >= MOST_GROUPS) {
          throw new IllegalStateException("user " + userName + " is in more than " + MOST_GROUPS + " groups");
        }
        room = Math.min(MOST_GROUPS, Math.max(found, room * 2));
      } catch (Throwable e) {
        throw Libc.failed(e);
      }
    }
  }

  @FunctionalInterface
  private interface Call {
    int into(Arena arena, MemorySegment entry, MemorySegment buffer, long size, MemorySegment result) throws Throwable;
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read(MemorySegment entry);
  }

  private static <T> Optional<T> look(long entrySize, Call call, Reader<T> reader) {
    for (long size = 1024; size <= LARGEST_BUFFER; size *= 4) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment entry = arena.allocate(entrySize, 8);
        MemorySegment buffer = arena.allocate(size);
        MemorySegment result = arena.allocate(ADDRESS);
        int error = call.into(arena, entry, buffer, size, result);
        if (error == ERANGE) {
          continue;
        }
        if (error != 0 && error != ENOENT && error != ESRCH) {
          throw new IllegalStateException("the name service failed with errno " + error);
        }
        return result.get(ADDRESS, 0).address() == 0 ? Optional.empty() : Optional.of(reader.read(entry));
      } catch (Throwable e) {
        throw Libc.failed(e);
      }
    }
    throw new IllegalStateException("an entry of the name service is larger than " + LARGEST_BUFFER + " bytes");
  }

  private static User user(MemorySegment p) {
    return new User(
        Libc.string(p.get(ADDRESS, 0)),
        Integer.toUnsignedLong(p.get(JAVA_INT, 16)),
        Integer.toUnsignedLong(p.get(JAVA_INT, 20)),
        Libc.string(p.get(ADDRESS, 24)),
        Libc.string(p.get(ADDRESS, 32)),
        Libc.string(p.get(ADDRESS, 40)));
  }

  private static Group group(MemorySegment g) {
    return new Group(Libc.string(g.get(ADDRESS, 0)), Integer.toUnsignedLong(g.get(JAVA_INT, 16)));
  }

  private UserDatabase() {}
}
