package org.slurmctldj.proto.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * A child of this process that shares its standard streams, with exact bytes in arguments and environment and with every signal
 * at its default: what {@code ProcessBuilder} cannot do. For clients that run the user's command (salloc, srun). Any thread.
 *
 * @param pid of the child; with {@code ownGroup} its process group, too
 */
public record ChildProcess(int pid) {
  private static final int ATTRIBUTES = 512;
  private static final int SIGNAL_SET = 128;
  private static final short SET_GROUP = 2;
  private static final short SET_DEFAULT_SIGNALS = 4;
  private static final short SET_SIGNAL_MASK = 8;
  private static final int UNTRACED = 2;

  /**
   * Starts a program.
   *
   * @param file path of the program
   * @param ownGroup it becomes the leader of a process group of its own
   * @throws SystemCallException when the program cannot be started
   */
  public static ChildProcess start(String file, List<String> arguments, List<String> environment, boolean ownGroup) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ATTRIBUTES, 16);
      MemorySegment signals = arena.allocate(SIGNAL_SET, 8);
      int ignored = (int) Native.ATTR_INIT.invokeExact(attributes);
      ignored = (int) Native.SIGFILLSET.invokeExact(signals);
      ignored = (int) Native.ATTR_SETSIGDEFAULT.invokeExact(attributes, signals);
      ignored = (int) Native.SIGEMPTYSET.invokeExact(signals);
      ignored = (int) Native.ATTR_SETSIGMASK.invokeExact(attributes, signals);
      short flags = (short) (SET_DEFAULT_SIGNALS | SET_SIGNAL_MASK | (ownGroup ? SET_GROUP : 0));
      ignored = (int) Native.ATTR_SETFLAGS.invokeExact(attributes, flags);
      MemorySegment pid = arena.allocate(JAVA_INT);
      int error =
          (int)
              Native.SPAWN.invokeExact(
                  pid, Libc.cString(arena, file), MemorySegment.NULL, attributes, strings(arena, arguments), strings(arena, environment));
      if (error != 0) {
        throw new SystemCallException("posix_spawn", error);
      }
      return new ChildProcess(pid.get(JAVA_INT, 0));
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  private static MemorySegment strings(Arena arena, List<String> list) {
    MemorySegment array = arena.allocate(ADDRESS, list.size() + 1L);
    for (int i = 0; i < list.size(); i++) {
      array.setAtIndex(ADDRESS, i, Libc.cString(arena, list.get(i)));
    }
    return array;
  }

  /** Blocks until the child has ended or stopped; gives the status of wait(2), -1 if there is no such child. */
  public int await() {
    return await(UNTRACED);
  }

  /** Blocks until the child has ended; gives the status of wait(2), -1 if there is no such child. */
  public int awaitEnd() {
    return await(0);
  }

  private int await(int options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(JAVA_INT);
      MemorySegment state = arena.allocate(Libc.CALL_STATE);
      while (true) {
        int answer = (int) Native.WAITPID.invokeExact(state, pid, status, options);
        if (answer == pid) {
          return status.get(JAVA_INT, 0);
        }
        if (answer >= 0 || Libc.errno(state) != 4) {
          return -1;
        }
      }
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** kill(2) the child; what is gone is passed over. */
  public void signal(int number) {
    signal(pid, number);
  }

  /** kill(2) of any process, or of a group with a negative number. */
  public static void signal(int pid, int number) {
    try {
      int ignored = (int) Native.KILL.invokeExact(pid, number);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** chdir(2): where children start. False when it cannot be. */
  public static boolean changeDirectory(String path) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) Native.CHDIR.invokeExact(Libc.cString(arena, path)) == 0;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  private static final class Native {
    static final MethodHandle SPAWN =
        Libc.function("posix_spawn", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    static final MethodHandle ATTR_INIT = Libc.function("posix_spawnattr_init", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle ATTR_SETFLAGS =
        Libc.function("posix_spawnattr_setflags", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_SHORT));
    static final MethodHandle ATTR_SETSIGDEFAULT =
        Libc.function("posix_spawnattr_setsigdefault", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle ATTR_SETSIGMASK =
        Libc.function("posix_spawnattr_setsigmask", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    static final MethodHandle SIGFILLSET = Libc.function("sigfillset", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle SIGEMPTYSET = Libc.function("sigemptyset", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    static final MethodHandle WAITPID =
        Libc.functionWithErrno("waitpid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle KILL = Libc.function("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    static final MethodHandle CHDIR = Libc.function("chdir", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  }
}
