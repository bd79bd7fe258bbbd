package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file as the journal uses it; fault tests put their own behind it. One thread at a time. */
public interface JournalFile extends AutoCloseable {

  /** Writes some or all of the buffer's rest at that position; may be short, as write(2) may. */
  int write(ByteBuffer from, long position) throws IOException;

  /** Reads some bytes, or returns -1 at the end of the file. */
  int read(ByteBuffer to, long position) throws IOException;

  /** fdatasync(2): when it returns, everything written so far survives a power loss. */
  void force() throws IOException;

  long size() throws IOException;

  void truncate(long size) throws IOException;

  @Override
  void close() throws IOException;
}
