package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file of the machine's file system. */
class ChannelFile implements JournalFile {
  final FileChannel channel;

  ChannelFile(FileChannel channel) {
    this.channel = channel;
  }

  @Override
  public int write(ByteBuffer from, long position) throws IOException {
    return channel.write(from, position);
  }

  @Override
  public int read(ByteBuffer to, long position) throws IOException {
    return channel.read(to, position);
  }

  @Override
  public final void force() throws IOException {
    channel.force(false);
  }

  @Override
  public final long size() throws IOException {
    return channel.size();
  }

  @Override
  public final void truncate(long size) throws IOException {
    channel.truncate(size);
  }

  @Override
  public final void close() throws IOException {
    channel.close();
  }
}
