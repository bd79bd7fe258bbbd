package org.slurmctldj.proto.bcast;

import java.util.Arrays;
import java.util.Optional;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/**
 * How a block of REQUEST_FILE_BCAST travels; {@link #number} is its field {@code compress}. An lz4 block is LZ4's bare block
 * format, without a frame: its plain length travels beside it ({@code uncomp_len}). Any thread.
 */
public enum BlockCompression {
  NONE(0),
  LZ4(2);

  private final int number;

  BlockCompression(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** Empty: none that Slurm 22.05 or later has (1 was zlib). */
  public static Optional<BlockCompression> of(int number) {
    return Arrays.stream(values()).filter(c -> c.number == number).findFirst();
  }

  /** The first {@code length} bytes as they travel. What cannot be compressed comes out a little longer. */
  public byte[] pack(byte[] plain, int length) {
    return switch (this) {
      case NONE -> length == plain.length ? plain : Arrays.copyOf(plain, length);
      case LZ4 -> LZ4Factory.safeInstance().fastCompressor().compress(plain, 0, length);
    };
  }

  /**
   * What was packed.
   *
   * @param plainLength how long it says it was
   * @throws IllegalArgumentException it is not what it says
   */
  public byte[] unpack(byte[] block, int plainLength) {
    return switch (this) {
      case NONE -> block;
      case LZ4 -> {
        if (block.length == 0) {
          yield block;
        }
        byte[] plain = new byte[plainLength];
        try {
          int length = LZ4Factory.safeInstance().safeDecompressor().decompress(block, 0, block.length, plain, 0, plainLength);
          if (length != plainLength) {
            throw new IllegalArgumentException("lz4: " + length + " bytes where " + plainLength + " were said");
          }
        } catch (LZ4Exception e) {
          throw new IllegalArgumentException("lz4: " + e.getMessage(), e);
        }
        yield plain;
      }
    };
  }
}
