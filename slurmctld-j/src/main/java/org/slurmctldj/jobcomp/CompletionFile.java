package org.slurmctldj.jobcomp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that lines are appended to, each by one write; made where it is not there. Not safe for several threads. */
final class CompletionFile implements AutoCloseable {
  private final Path path;
  private FileChannel channel;
  /** The last write failed half-way: the next line must not go on where it ended. */
  private boolean torn;

  CompletionFile(Path path) throws IOException {
    this.path = path;
    this.channel = open();
  }

  Path path() {
    return path;
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  /** After logrotate has moved the file away. On failure the old one stays in use. */
  void reopen() throws IOException {
    FileChannel next = open();
    channel.close();
    channel = next;
  }

  /** Wire texts are bytes, held as Latin-1. */
  void append(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((torn ? "\n" + line : line).getBytes(StandardCharsets.ISO_8859_1));
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      torn = false;
    } finally {
      torn |= bytes.hasRemaining() && bytes.position() > 0;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
