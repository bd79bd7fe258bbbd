package org.slurmctldj.daemon;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.MailRecipients;
import org.slurmctldj.core.Outcome;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * sbatch --mail-type: runs MailProg at a job's start and end, as slurmctld does. On a listener thread of its own, so a
 * slow mail program delays mails and nothing else. Mails are not repeated after a restart.
 */
final class JobMail implements org.slurmctldj.engine.EffectListener {
  private static final Logger LOG = LoggerFactory.getLogger(JobMail.class);
  private static final int BEGIN = 1;
  private static final int END = 1 << 1;
  private static final int FAIL = 1 << 2;
  private static final int REQUEUE = 1 << 3;
  private static final int TIME_LIMIT = 1 << 4;
  private static final int TIME_LIMIT_90 = 1 << 5;
  private static final int TIME_LIMIT_80 = 1 << 6;
  private static final int TIME_LIMIT_50 = 1 << 7;
  private static final long INFINITE = 0xffffffffL;
  private static final long MOST_SECONDS = 30;

  /** How often running jobs are held against their time limits. */
  static final long LOOK_SECONDS = 30;

  private final ClusterView view;
  private final Supplier<SlurmConf> conf;
  /** Job incarnations that were told to have begun, or have ended. */
  private final Map<Long, Integer> begun = new HashMap<>();
  private final Set<String> ended = new HashSet<>();
  private final Set<String> timeMails = new HashSet<>();

  JobMail(ClusterView view, Supplier<SlurmConf> conf) {
    this.view = view;
    this.conf = conf;
  }

  @Override
  public boolean wants(Effect effect) {
    return switch (effect) {
      case Effect.Launch e -> true;
      case Effect.Terminate e -> true;
      case Effect.ForgetLaunch e -> true;
      case Effect.JobPurged e -> true;
      case Effect.Signal e -> false;
      case Effect.Replan e -> false;
      case Effect.Power e -> false;
      case Effect.Reboot e -> false;
      case Effect.Log e -> false;
      case Effect.Allocated e -> true;
      case Effect.TellClient e -> false;
      case Effect.SignalStep e -> false;
      case Effect.StepOver e -> false;
      case Effect.JobOver e -> false;
    };
  }

  @Override
  public int gatherMillis() {
    return 400;
  }

  @Override
  public synchronized void effect(Effect effect) {
    switch (effect) {
      case Effect.Launch e -> look(e.jobId());
      case Effect.Terminate e -> look(e.jobId());
      case Effect.ForgetLaunch e -> look(e.jobId());
      case Effect.JobPurged e -> forget(e.jobId());
      case Effect.Signal e -> {}
      case Effect.Replan e -> {}
      case Effect.Power e -> {}
      case Effect.Reboot e -> {}
      case Effect.Log e -> {}
      case Effect.Allocated e -> look(e.jobId());
      case Effect.TellClient e -> {}
      case Effect.SignalStep e -> {}
      case Effect.StepOver e -> {}
      case Effect.JobOver e -> {}
    }
  }

  @Override
  public synchronized void resync() {
    begun.clear();
    ended.clear();
    timeMails.clear();
    view.forEachJob(
        j -> {
          if (j.request.number(JobField.MAIL_TYPE) != 0 && j.phase != JobPhase.PENDING) {
            begun.put(j.jobId, j.restarts);
            if (j.phase == JobPhase.ENDING || j.phase == JobPhase.DONE) {
              ended.add(j.launchId());
            }
          }
        });
  }

  /** Mails about used up shares of time limits; called every {@link #LOOK_SECONDS} by the daemon's timer. */
  synchronized void timeLimits(long nowSeconds) {
    for (long id : List.copyOf(begun.keySet())) {
      JobRecord j = view.job(id);
      boolean runs = j != null && j.phase == JobPhase.RUNNING && !j.suspended && j.timeLimit != INFINITE && j.timeLimit > 0;
      if (!runs || (j.request.number(JobField.MAIL_TYPE) & (TIME_LIMIT | TIME_LIMIT_90 | TIME_LIMIT_80 | TIME_LIMIT_50)) == 0) {
        continue;
      }
      long ran = nowSeconds - (j.suspendTime == 0 ? j.startTime : j.suspendTime - j.preSuspendedSeconds);
      long percent = ran * 100 / (j.timeLimit * 60);
      reached(j, percent >= 50, TIME_LIMIT_50, "Reached 50% of time limit");
      reached(j, percent >= 80, TIME_LIMIT_80, "Reached 80% of time limit");
      reached(j, percent >= 90, TIME_LIMIT_90, "Reached 90% of time limit");
    }
  }

  private void reached(JobRecord j, boolean now, int type, String words) {
    if (now && (j.request.number(JobField.MAIL_TYPE) & type) != 0 && timeMails.add(j.launchId() + "/" + type)) {
      send(j, words);
    }
  }

  private void forget(long jobId) {
    timeMails.removeIf(id -> id.startsWith(jobId + "."));
    begun.remove(jobId);
    ended.removeIf(id -> id.startsWith(jobId + "."));
  }

  private void look(long jobId) {
    JobRecord light = view.lightJob(jobId);
    if (light == null || light.request.number(JobField.MAIL_TYPE) == 0) {
      return;
    }
    JobRecord j = view.job(jobId);
    if (j == null) {
      return;
    }
    long wanted = j.request.number(JobField.MAIL_TYPE);
    if (j.phase != JobPhase.PENDING && !Integer.valueOf(j.restarts).equals(begun.put(jobId, j.restarts)) && (wanted & BEGIN) != 0) {
      send(j, "Began, Queued time " + duration(j.startTime - j.submitTime));
    }
    if ((j.phase == JobPhase.ENDING || j.phase == JobPhase.DONE) && ended.add(j.launchId())) {
      end(j, wanted);
    }
  }

  private void end(JobRecord j, long wanted) {
    String run = ", Run time " + duration(Math.max(0, j.endTime - j.startTime));
    if (j.requeueAfterEnd) {
      if ((wanted & REQUEUE) != 0) {
        send(j, "Requeued" + run);
      }
      return;
    }
    if (j.outcome == Outcome.TIMEOUT && (wanted & TIME_LIMIT) != 0) {
      send(j, "Reached time limit");
    }
    boolean good = j.outcome == Outcome.COMPLETED;
    if ((wanted & END) != 0) {
      send(j, "Ended" + run + ", " + j.outcome + ", ExitCode " + (j.exitCode >> 8 & 0xff));
    } else if ((wanted & FAIL) != 0 && !good) {
      send(j, "Failed" + run + ", " + j.outcome + ", ExitCode " + (j.exitCode >> 8 & 0xff));
    }
  }

  private static String duration(long seconds) {
    long days = seconds / 86_400;
    String clock = "%02d:%02d:%02d".formatted(seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    return days > 0 ? days + "-" + clock : clock;
  }

  private void send(JobRecord j, String what) {
    String id = j.arrayJobId != 0 && j.arrayTaskId != SlurmConstants.NO_VAL ? j.arrayJobId + "_" + j.arrayTaskId + " (" + j.jobId + ")" : Long.toString(j.jobId);
    String to = j.request.text(JobField.MAIL_USER) != null ? j.request.text(JobField.MAIL_USER) : j.request.text(JobField.USER_NAME);
    // a line's end in a job's name would begin a header of its own
    String subject = ("Slurm Job_id=" + id + " Name=" + j.request.text(JobField.NAME) + " " + what).replaceAll("\\p{Cntrl}", "?");
    if (!MailRecipients.acceptable(to)) {
      LOG.error("mail for job {} is not sent: {} is no address", id, to);
      return;
    }
    String program = conf.get().text("MailProg", "/bin/mail");
    try {
      Process p =
          new ProcessBuilder(program, "-s", subject, to)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!p.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        p.destroyForcibly();
        LOG.error("MailProg {} for job {} did not end within {} s", program, id, MOST_SECONDS);
      }
    } catch (IOException e) {
      LOG.error("Configured MailProg is invalid: {}: mail for job {} is not sent", e.getMessage(), id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
