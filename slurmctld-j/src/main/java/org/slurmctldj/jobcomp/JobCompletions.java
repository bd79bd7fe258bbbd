package org.slurmctldj.jobcomp;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.engine.EffectListener;

/**
 * Writes a line for each run of a job that ends: jobcomp/filetxt. A run that goes back to the queue has one, too. On the
 * thread of an effect listener, behind the journal: what it writes is durable in the controller, and lines of ended jobs
 * that a crash or a full disk kept from being written follow when that is over, as long as the job is remembered.
 */
public final class JobCompletions implements EffectListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobCompletions.class);
  private static final long AGAIN_MILLIS = 10_000;

  private final ClusterView view;
  private final Path ledger;
  private final CompletionLine line;
  private final LongSupplier clock;
  private CompletionFile file;
  private WrittenRuns written;
  /** Nobody wanted lines before: jobs that have ended already get none. */
  private boolean fromNowOn;
  /** When what could not be written is tried again, in milliseconds; 0: nothing. */
  private long behindUntil;

  private volatile boolean on;

  /**
   * @param folder where the controller's own files are
   * @param userName of a uid
   * @param clock milliseconds
   */
  public JobCompletions(ClusterView view, Path folder, LongFunction<String> userName, LongFunction<String> groupName, LongSupplier clock) {
    this.view = view;
    this.ledger = folder.resolve("jobcomp-written");
    this.line = new CompletionLine(ZoneId.systemDefault(), userName, groupName);
    this.clock = clock;
  }

  /**
   * Whether that file can be written to; it is made if it is not there.
   *
   * @throws IOException in slurmctld's words
   */
  public static void tryOut(Optional<Path> log) throws IOException {
    if (log.isPresent()) {
      open(log.get()).close();
    }
  }

  private static CompletionFile open(Path path) throws IOException {
    try {
      return new CompletionFile(path);
    } catch (FileSystemException e) {
      throw new IOException("open " + path + ": " + words(e), e);
    }
  }

  private static String words(FileSystemException e) {
    return switch (e) {
      case NoSuchFileException _ -> "No such file or directory";
      case AccessDeniedException _ -> "Permission denied";
      default -> e.getReason();
    };
  }

  /**
   * At the start and after each reconfigure: lines go to that file, or nowhere. Opens it anew, as slurmctld does.
   *
   * @throws IOException in slurmctld's words; what was in force stays so
   */
  public synchronized void configure(Optional<Path> log) throws IOException {
    if (log.isEmpty()) {
      close();
      Files.deleteIfExists(ledger);
      return;
    }
    CompletionFile next = open(log.get());
    if (written == null) {
      fromNowOn = !Files.exists(ledger);
      try {
        written = new WrittenRuns(ledger);
      } catch (IOException e) {
        next.close();
        throw e;
      }
      if (fromNowOn) {
        lookAtAll();
      }
    }
    if (file != null) {
      file.close();
    }
    file = next;
    on = true;
  }

  /** After logrotate has moved the file away. */
  public synchronized void reopen() {
    if (file != null) {
      try {
        file.reopen();
      } catch (IOException e) {
        LOG.error("{} cannot be opened again, the old one stays in use: {}", file.path(), e.getMessage());
      }
    }
  }

  @Override
  public boolean wants(Effect effect) {
    return on && (effect instanceof Effect.JobOver || effect instanceof Effect.JobPurged);
  }

  @Override
  public int gatherMillis() {
    return 40;
  }

  @Override
  public synchronized void effect(Effect effect) {
    if (file == null) {
      return;
    }
    if (behindUntil != 0 && clock.getAsLong() >= behindUntil) {
      lookAtAll();
    }
    if (effect instanceof Effect.JobOver o) {
      over(o.run(), o.config());
    } else if (effect instanceof Effect.JobPurged p) {
      written.forget(p.jobId());
    }
  }

  @Override
  public synchronized void resync() {
    if (file != null) {
      lookAtAll();
    }
  }

  /** Runs that have ended and have no line get it. */
  private void lookAtAll() {
    behindUntil = 0;
    ClusterConfig config = view.config();
    view.forEachJob(
        j -> {
          if (j.phase == JobPhase.DONE || j.phase == JobPhase.ENDING) {
            over(j, config);
          }
        });
    fromNowOn = false;
    try {
      written.keep(id -> view.lightJob(id) != null);
    } catch (IOException e) {
      LOG.error("{}: {}", ledger, e.getMessage());
    }
  }

  private void over(JobRecord run, ClusterConfig config) {
    if (written.has(run.jobId, run.restarts) || behindUntil != 0) {
      return;
    }
    try {
      if (!fromNowOn) {
        file.append(line.of(run, config));
      }
      written.add(run.jobId, run.restarts);
    } catch (IOException e) {
      behindUntil = clock.getAsLong() + AGAIN_MILLIS;
      LOG.error("the end of job {} cannot be written to {}: {}; tried again", run.jobId, file == null ? ledger : file.path(), e.getMessage());
    }
  }

  @Override
  public synchronized void close() throws IOException {
    on = false;
    if (file != null) {
      file.close();
      written.close();
      file = null;
      written = null;
    }
  }
}
