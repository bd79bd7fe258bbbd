package org.slurmctldj.agent.launch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Whether a shepherd holds the fcntl lock on its launch's {@code lock}: it does as long as it lives. */
public final class LaunchLock {
  public static boolean isHeld(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return false; // this JVM looks at it twice at once: so it got the lock
    } catch (IOException e) {
      return false;
    }
  }

  private LaunchLock() {}
}
