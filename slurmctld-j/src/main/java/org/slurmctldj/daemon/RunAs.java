package org.slurmctldj.daemon;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.os.UserDatabase;

/**
 * Started as root with another SlurmUser: this very command line again through setpriv(1), as that user. munge
 * credentials are bound to the uid of the process, and a JVM cannot change its own. The process stays the same (exec),
 * so whoever started it sees one pid.
 */
final class RunAs {
  private static final String DONE = "SLURMCTLDJ_RUNS_AS";

  /** True if the process must become {@code user} first. */
  static boolean needed(UserDatabase.User user) {
    return ProcessFacts.effectiveUid() == 0 && user.uid() != 0 && System.getenv(DONE) == null;
  }

  /** Returns only by exception. */
  static void become(UserDatabase.User user, List<Path> filesToOwn) throws IOException {
    for (Path file : filesToOwn) {
      give(file, user);
    }
    List<String> argv = new ArrayList<>();
    argv.add("setpriv");
    argv.add("--reuid=" + user.uid());
    argv.add("--regid=" + user.gid());
    argv.add("--init-groups");
    argv.add("env");
    argv.add(DONE + "=" + user.uid());
    argv.addAll(ProcessFacts.commandLine());
    argv.set(6, Files.readSymbolicLink(Path.of("/proc/self/exe")).toString());
    exec(argv);
  }

  /** The pid file and the log lie in folders that only root may write; made beforehand and given to the user. */
  private static void give(Path file, UserDatabase.User user) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    Files.setAttribute(file, "unix:uid", (int) user.uid());
    Files.setAttribute(file, "unix:gid", (int) user.gid());
  }

  private static void exec(List<String> argv) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment list = arena.allocate(ADDRESS, argv.size() + 1);
      for (int i = 0; i < argv.size(); i++) {
        list.setAtIndex(ADDRESS, i, arena.allocateFrom(argv.get(i), StandardCharsets.ISO_8859_1));
      }
      list.setAtIndex(ADDRESS, argv.size(), MemorySegment.NULL);
      Linker linker = Linker.nativeLinker();
      var execvp =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("execvp"), FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
      int answer = (int) execvp.invokeExact(list.getAtIndex(ADDRESS, 0), list);
      throw new IOException("setpriv (package util-linux) cannot be run: " + answer);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }

  private RunAs() {}
}
