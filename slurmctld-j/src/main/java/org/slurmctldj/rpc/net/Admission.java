package org.slurmctldj.rpc.net;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts connections and, above the cap, decides who goes: the address that keeps most connections waiting loses its
 * oldest one that has not yet sent a whole request. So somebody who opens thousands of idle connections only hurts
 * himself. Any thread.
 */
final class Admission {
  private final int cap;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong shed = new AtomicLong();
  private final ConcurrentSkipListMap<Long, Waiting> waiting = new ConcurrentSkipListMap<>();
  private final Map<InetAddress, AtomicInteger> perAddress = new ConcurrentHashMap<>();

  private record Waiting(Channel channel, InetAddress address) {}

  Admission(int cap) {
    this.cap = cap;
  }

  /** Registers a new connection; the number names it until {@link #requestComplete}. */
  long arrived(Channel channel, InetAddress address) {
    long number = numbers.incrementAndGet();
    waiting.put(number, new Waiting(channel, address));
    perAddress.computeIfAbsent(address, _ -> new AtomicInteger()).incrementAndGet();
    if (open.incrementAndGet() > cap) {
      shedOne();
    }
    return number;
  }

  /** A connection that came with its whole request: it counts and is never shed. Until {@link #closedWhole}. */
  void arrivedWhole() {
    if (open.incrementAndGet() > cap) {
      shedOne();
    }
  }

  void closedWhole() {
    open.decrementAndGet();
  }

  /** The connection has delivered its request (or became something else): it is not shed any more. */
  void requestComplete(long number) {
    Waiting w = waiting.remove(number);
    if (w != null) {
      leave(w);
    }
  }

  void closed(long number) {
    requestComplete(number);
    open.decrementAndGet();
  }

  int open() {
    return open.get();
  }

  long shed() {
    return shed.get();
  }

  private void leave(Waiting w) {
    perAddress.computeIfPresent(w.address(), (_, n) -> n.decrementAndGet() <= 0 ? null : n);
  }

  private void shedOne() {
    InetAddress greediest = null;
    int most = 0;
    for (Map.Entry<InetAddress, AtomicInteger> e : perAddress.entrySet()) {
      if (e.getValue().get() > most) {
        most = e.getValue().get();
        greediest = e.getKey();
      }
    }
    for (Map.Entry<Long, Waiting> e : waiting.entrySet()) {
      if (e.getValue().address().equals(greediest) && waiting.remove(e.getKey(), e.getValue())) {
        leave(e.getValue());
        shed.incrementAndGet();
        e.getValue().channel().close();
        return;
      }
    }
  }
}
