package org.slurmctldj.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LogWriterTest {
  private final LoggerContext context = new LoggerContext();
  private final Logger log = context.getLogger("test");

  private LogWriter to(OutputStream out) {
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.setPattern("%m%n");
    layout.start();
    LogWriter writer = new LogWriter("log-test", out, layout);
    writer.setContext(context);
    writer.start();
    log.addAppender(writer);
    return writer;
  }

  private static List<String> lines(ByteArrayOutputStream out) {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void everyLineOfEveryThreadIsWrittenOnceAndInItsOrder() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LogWriter writer = to(out);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      String name = "t" + t;
      threads.add(Thread.ofPlatform().start(() -> {
        for (int i = 0; i < 2000; i++) {
          if (i % 97 == 0) {
            log.warn("{} {}", name, i);
          } else {
            log.info("{} {}", name, i);
          }
        }
      }));
    }
    for (Thread t : threads) {
      t.join();
    }
    writer.stop();
    int[] next = new int[4];
    for (String line : lines(out)) {
      String[] words = line.split(" ");
      int thread = words[0].charAt(1) - '0';
      assertEquals(next[thread]++, Integer.parseInt(words[1]), line);
    }
    for (int n : next) {
      assertEquals(2000, n);
    }
  }

  @Test
  void anErrorIsWrittenWhenTheCallReturns_withWhatWasSaidBefore() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LogWriter writer = to(out);
    log.info("before");
    log.error("the disk is gone");
    assertEquals(List.of("before", "the disk is gone"), lines(out));
    writer.stop();
  }

  /** A disk that hangs must not stop who logs, nor fill the memory. */
  @Test
  void aStuckDiskCostsLinesAndSaysHowMany() throws Exception {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    CountDownLatch moves = new CountDownLatch(1);
    CountDownLatch stuck = new CountDownLatch(1);
    LogWriter writer = to(new OutputStream() {
      @Override
      public void write(int b) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void write(byte[] bytes) throws IOException {
        stuck.countDown();
        try {
          moves.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        written.write(bytes);
      }
    });
    log.info("first");
    stuck.await();
    String kilobyte = "x".repeat(1023);
    for (int i = 0; i < 10_000; i++) {
      log.info(kilobyte);
    }
    moves.countDown();
    writer.stop();
    List<String> lines = lines(written);
    String last = lines.get(lines.size() - 1);
    assertTrue(last.endsWith("log lines were dropped: the log's disk is too slow"), last);
    int dropped = Integer.parseInt(last.split(" ")[0]);
    assertEquals(10_000, lines.size() - 2 + dropped);
    assertTrue(dropped > 1000, last);
  }
}
