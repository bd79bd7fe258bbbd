package org.slurmctldj.client.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard output and standard error of one command, as bytes: every string is bytes carried as Latin-1. Output is
 * buffered and reaches the terminal before an error message does, as with a line-buffered C program. Any thread.
 */
public final class Console {
  private static final int BUFFER = 1 << 15;

  private final OutputStream out;
  private final OutputStream err;
  private final byte[] buffer = new byte[BUFFER];
  private int used;

  public Console(OutputStream out, OutputStream err) {
    this.out = out;
    this.err = err;
  }

  public static Console ofProcess() {
    return new Console(new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
  }

  @SuppressWarnings("deprecation") // the one copy from Latin-1 to bytes without an encoder
  public synchronized Console print(String text) {
    int length = text.length();
    int from = 0;
    while (from < length) {
      if (used == BUFFER) {
        flush();
      }
      int n = Math.min(length - from, BUFFER - used);
      text.getBytes(from, from + n, buffer, used);
      used += n;
      from += n;
    }
    return this;
  }

  public Console println(String text) {
    return print(text).print("\n");
  }

  /** One line on standard error, as it is. */
  public synchronized void complain(String line) {
    flush();
    try {
      err.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
      err.flush();
    } catch (IOException e) {
      // nobody is left to be told
    }
  }

  /** A reader that went away ends the command silently, as SIGPIPE would. */
  public synchronized void flush() {
    if (used > 0) {
      try {
        out.write(buffer, 0, used);
        out.flush();
      } catch (IOException e) {
        used = 0;
        throw new Exit(128 + 13);
      }
      used = 0;
    }
  }
}
