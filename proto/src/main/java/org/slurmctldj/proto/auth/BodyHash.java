package org.slurmctldj.proto.auth;

import java.util.function.IntFunction;

/**
 * The hash of a message body that a credential vouches for: one byte plugin id, then the digest. It
 * is the payload of a munge credential and the "payload" claim of an auth/slurm token.
 */
public final class BodyHash {
  /** hash/none: the message number instead of a digest. */
  public static final int NONE = 1;

  /** hash/k12, the default: KangarooTwelve with the message number as customization. */
  public static final int K12 = 2;

  /** hash/sha3: SHA3-256 over the body and then the message number. */
  public static final int SHA3 = 4;

  private static final int DIGEST = 32;
  private static final int K12_CHUNK = 8192;
  private static final int TURBOSHAKE128_RATE = 168;
  private static final int SHA3_256_RATE = 136;

  /** What {@link #check} finds. */
  public enum Verdict {
    /** A digest, and it is this body's. */
    PROVEN,
    /** hash/none with the right message number: says nothing about the body. */
    TYPE_ONLY,
    /** No payload at all. */
    NO_HASH,
    WRONG
  }

  /** A body that does not lie in one array. */
  @FunctionalInterface
  public interface Source {
    /** The next so many bytes, which are there. */
    void next(byte[] to, int offset, int count);
  }

  /** As {@link #payload(int, int, byte[], int, int)}, without ever having the whole body in one array. */
  public static byte[] payload(int plugin, int type, long length, Source body) {
    if (plugin == NONE || length <= K12_CHUNK) {
      byte[] all = new byte[plugin == NONE ? 0 : (int) length];
      body.next(all, 0, all.length);
      return payload(plugin, type, all);
    }
    byte[] out = new byte[1 + DIGEST];
    byte[] part = new byte[K12_CHUNK];
    switch (plugin) {
      case K12 -> {
        // Behind the body: customization, and its length in the "value, then count of bytes" code.
        byte[] suffix = {(byte) (type >>> 8), (byte) type, 2, 1};
        long[] at = {0};
        k12Tree(length + suffix.length, count -> {
          int ofBody = (int) Math.max(0, Math.min(count, length - at[0]));
          body.next(part, 0, ofBody);
          System.arraycopy(suffix, (int) (at[0] + ofBody - length) & 3, part, ofBody, count - ofBody);
          at[0] += count;
          return part;
        }, out);
      }
      case SHA3 -> {
        Keccak sponge = new Keccak(SHA3_256_RATE, 24);
        for (long left = length; left > 0; left -= K12_CHUNK) {
          int n = (int) Math.min(left, K12_CHUNK);
          body.next(part, 0, n);
          sponge.absorb(part, 0, n);
        }
        sponge.absorb(type >>> 8);
        sponge.absorb(type);
        sponge.finish(0x06, out, 1, DIGEST);
      }
      default -> throw new IllegalArgumentException("hash plugin " + plugin);
    }
    out[0] = (byte) plugin;
    return out;
  }

  /** The tree form over parts of up to 8192 bytes that {@code next} gives, each in an array of its choice. */
  private static void k12Tree(long total, IntFunction<byte[]> next, byte[] out) {
    Keccak last = new Keccak(TURBOSHAKE128_RATE, 12);
    last.absorb(next.apply(K12_CHUNK), 0, K12_CHUNK);
    last.absorb(3);
    for (int i = 0; i < 7; i++) {
      last.absorb(0);
    }
    byte[] chain = new byte[32];
    long chunks = 0;
    for (long from = K12_CHUNK; from < total; from += K12_CHUNK) {
      int count = (int) Math.min(K12_CHUNK, total - from);
      Keccak chunk = new Keccak(TURBOSHAKE128_RATE, 12);
      chunk.absorb(next.apply(count), 0, count);
      chunk.finish(0x0b, chain, 0, chain.length);
      last.absorb(chain, 0, chain.length);
      chunks++;
    }
    finishTree(last, chunks, out);
  }

  private static void finishTree(Keccak last, long chunks, byte[] out) {
    int bytes = 0;
    for (int shift = 56; shift >= 0; shift -= 8) {
      if (bytes > 0 || chunks >>> shift != 0) {
        last.absorb((int) (chunks >>> shift));
        bytes++;
      }
    }
    last.absorb(bytes);
    last.absorb(0xff);
    last.absorb(0xff);
    last.finish(0x06, out, 1, DIGEST);
  }

  /** The payload to put into a credential. */
  public static byte[] payload(int plugin, int type, byte[] body, int offset, int length) {
    byte[] out;
    switch (plugin) {
      case NONE -> out = new byte[] {NONE, (byte) (type >>> 8), (byte) type};
      case K12 -> {
        out = new byte[1 + DIGEST];
        k12(type, body, offset, length, out);
      }
      case SHA3 -> {
        out = new byte[1 + DIGEST];
        Keccak sponge = new Keccak(SHA3_256_RATE, 24);
        sponge.absorb(body, offset, length);
        sponge.absorb(type >>> 8);
        sponge.absorb(type);
        sponge.finish(0x06, out, 1, DIGEST);
      }
      default -> throw new IllegalArgumentException("hash plugin " + plugin);
    }
    out[0] = (byte) plugin;
    return out;
  }

  public static byte[] payload(int plugin, int type, byte[] body) {
    return payload(plugin, type, body, 0, body.length);
  }

  /** Compares a credential's payload with the body it came with. Any payload is taken, however broken. */
  public static Verdict check(byte[] payload, int type, byte[] body, int offset, int length) {
    if (payload.length == 0) {
      return Verdict.NO_HASH;
    }
    int plugin = payload[0];
    if (plugin != NONE && plugin != K12 && plugin != SHA3) {
      return Verdict.WRONG;
    }
    byte[] expected = payload(plugin, type, body, offset, length);
    if (!sameBytes(payload, expected)) {
      return Verdict.WRONG;
    }
    return plugin == NONE ? Verdict.TYPE_ONLY : Verdict.PROVEN;
  }

  /** The plugin that a credential's payload names, so that an answer can use the same; 0 for none. */
  public static int plugin(byte[] payload) {
    return payload.length == 0 ? 0 : payload[0];
  }

  /** In time that depends on the lengths only. */
  static boolean sameBytes(byte[] a, byte[] b) {
    if (a.length != b.length) {
      return false;
    }
    int difference = 0;
    for (int i = 0; i < a.length; i++) {
      difference |= a[i] ^ b[i];
    }
    return difference == 0;
  }

  /** KangarooTwelve(body, two bytes of type): flat up to 8192 bytes of body and suffix, a tree above. */
  private static void k12(int type, byte[] body, int offset, int length, byte[] out) {
    // Behind the body: customization, and its length in the "value, then count of bytes" code.
    byte[] suffix = {(byte) (type >>> 8), (byte) type, 2, 1};
    long total = (long) length + suffix.length;
    Keccak last = new Keccak(TURBOSHAKE128_RATE, 12);
    if (total <= K12_CHUNK) {
      last.absorb(body, offset, length);
      last.absorb(suffix, 0, suffix.length);
      last.finish(0x07, out, 1, DIGEST);
      return;
    }
    feed(last, body, offset, length, suffix, 0, K12_CHUNK);
    last.absorb(3);
    for (int i = 0; i < 7; i++) {
      last.absorb(0);
    }
    byte[] chain = new byte[32];
    long chunks = 0;
    for (long from = K12_CHUNK; from < total; from += K12_CHUNK) {
      Keccak chunk = new Keccak(TURBOSHAKE128_RATE, 12);
      feed(chunk, body, offset, length, suffix, from, Math.min(K12_CHUNK, total - from));
      chunk.finish(0x0b, chain, 0, chain.length);
      last.absorb(chain, 0, chain.length);
      chunks++;
    }
    finishTree(last, chunks, out);
  }

  /** Absorbs {@code count} bytes from {@code from} on of body and suffix taken as one. */
  private static void feed(Keccak sponge, byte[] body, int offset, int length, byte[] suffix, long from, long count) {
    int ofBody = (int) Math.max(0, Math.min(count, length - from));
    if (ofBody > 0) {
      sponge.absorb(body, offset + (int) from, ofBody);
    }
    if (count > ofBody) {
      sponge.absorb(suffix, (int) (from + ofBody - length), (int) (count - ofBody));
    }
  }

  private BodyHash() {}
}
