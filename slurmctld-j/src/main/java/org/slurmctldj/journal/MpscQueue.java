package org.slurmctldj.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A queue of many producers and one consumer without locks (D. Vyukov's linked form): a producer
 * needs one exchange and one store and never waits. Elements carry their own link, so queueing
 * allocates nothing; an element may be in one queue, once.
 *
 * @param <E> what is queued
 */
public final class MpscQueue<E extends MpscQueue.Link> {
  private static final VarHandle NEWEST;

  static {
    try {
      NEWEST = MethodHandles.lookup().findVarHandle(MpscQueue.class, "newest", Link.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** An element's place in the queue. */
  public static class Link {
    private volatile Link next;
  }

  /** What was queued last; producers exchange it. */
  private volatile Link newest;

  /** What was taken last; only the consumer touches it. */
  private Link taken;

  public MpscQueue() {
    taken = new Link();
    newest = taken;
  }

  /** Any thread. The volatile store lets a producer look at the consumer's sleep flag right after. */
  public void add(E element) {
    Link before = (Link) NEWEST.getAndSet(this, element);
    before.next = element;
  }

  /** Consumer only: the oldest element, or null if there is none (or its producer is mid-way: it will wake us). */
  @SuppressWarnings("unchecked")
  public E poll() {
    Link next = taken.next;
    if (next == null) {
      return null;
    }
    // A consumed element must not lead to its successors: once it is old, they would all grow old with it.
    taken.next = null;
    taken = next;
    return (E) next;
  }

  /** Consumer only. */
  public boolean isEmpty() {
    return taken.next == null;
  }
}
