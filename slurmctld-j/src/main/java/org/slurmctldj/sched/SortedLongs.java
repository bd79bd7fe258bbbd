package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sorted set of longs in blocks: adding and removing one moves at most one block, a hundred thousand
 * take a megabyte. One thread.
 */
final class SortedLongs {
  private static final int MOST = 1024;

  private static final class Block {
    private long[] keys = new long[16];
    private int count;
  }

  private final List<Block> blocks = new ArrayList<>();
  private int size;

  int size() {
    return size;
  }

  void clear() {
    blocks.clear();
    size = 0;
  }

  /** The block in which the key is, or would be. */
  private int block(long key) {
    int low = 0;
    int high = blocks.size() - 1;
    while (low < high) {
      int mid = low + high + 1 >>> 1;
      if (blocks.get(mid).keys[0] <= key) {
        low = mid;
      } else {
        high = mid - 1;
      }
    }
    return low;
  }

  void add(long key) {
    if (blocks.isEmpty()) {
      blocks.add(new Block());
    }
    int b = block(key);
    Block block = blocks.get(b);
    int at = Arrays.binarySearch(block.keys, 0, block.count, key);
    if (at >= 0) {
      return;
    }
    at = -1 - at;
    if (block.count == MOST) {
      // At the end of all, the usual place of a new job, the full block stays full.
      int keep = b == blocks.size() - 1 && at == MOST ? MOST : MOST / 2;
      Block right = new Block();
      right.count = MOST - keep;
      right.keys = Arrays.copyOfRange(block.keys, keep, Math.max(keep + 16, MOST));
      block.count = keep;
      blocks.add(b + 1, right);
      if (at >= keep) {
        block = right;
        at -= keep;
      }
    }
    if (block.count == block.keys.length) {
      block.keys = Arrays.copyOf(block.keys, Math.min(MOST, block.count * 2));
    }
    System.arraycopy(block.keys, at, block.keys, at + 1, block.count - at);
    block.keys[at] = key;
    block.count++;
    size++;
  }

  void remove(long key) {
    if (blocks.isEmpty()) {
      return;
    }
    int b = block(key);
    Block block = blocks.get(b);
    int at = Arrays.binarySearch(block.keys, 0, block.count, key);
    if (at < 0) {
      return;
    }
    System.arraycopy(block.keys, at + 1, block.keys, at, block.count - at - 1);
    block.count--;
    size--;
    if (block.count == 0) {
      blocks.remove(b);
    }
  }

  /** A way through the set, ascending; void once the set changes. */
  final class Walk {
    private int block;
    private int at = -1;

    /** Goes to the next one; false at the end. */
    boolean next() {
      while (block < blocks.size()) {
        if (++at < blocks.get(block).count) {
          return true;
        }
        block++;
        at = -1;
      }
      return false;
    }

    long key() {
      return blocks.get(block).keys[at];
    }
  }

  Walk walk() {
    return new Walk();
  }
}
