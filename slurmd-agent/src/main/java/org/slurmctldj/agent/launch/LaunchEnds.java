package org.slurmctldj.agent.launch;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Failure;
import org.slurmctldj.proto.agent.LaunchGone;
import org.slurmctldj.proto.agent.Terminate;

/**
 * How launches end: the script's end, then the job's steps on this node, then its Epilog; only then the node is clean, and
 * the last report says so. On the launches thread.
 */
final class LaunchEnds {
  private static final Logger log = LoggerFactory.getLogger(LaunchEnds.class);

  private final LaunchThread thread;
  private final LaunchReports reports;
  private final JobSteps steps;
  private final JobScripts scripts;
  private final LaunchSpool spool;
  private final IntConsumer next;

  /** @param next told of a job of which something has left the node */
  LaunchEnds(LaunchThread thread, LaunchReports reports, JobSteps steps, JobScripts scripts, LaunchSpool spool, IntConsumer next) {
    this.thread = thread;
    this.reports = reports;
    this.steps = steps;
    this.scripts = scripts;
    this.spool = spool;
    this.next = next;
  }

  void ended(HeldLaunch held, ExitRecord record) {
    ExitReport report = record.report(held.id(), held.jobId());
    long jobId = Integer.toUnsignedLong(held.jobId());
    if (report.getNodeClean() && steps.any(jobId)) {
      // the script is over and so is the job: the node is free when its steps are gone, too
      report = report.toBuilder().setNodeClean(false).build();
      steps.end(jobId, Terminate.Reason.ENDED, 0, true, () -> thread.run(() -> ended(held, record)));
    } else if (report.getNodeClean() && held.epilog.isEmpty() && scripts.hasEpilog()) {
      report = report.toBuilder().setNodeClean(false).build();
      epilog(held, record);
    } else if (report.getNodeClean()) {
      report = report.toBuilder().setEpilogFailed(held.epilog.orElse(false)).build();
      if (held.epilog.isEmpty()) {
        // there is none: only that its prolog ran is forgotten
        scripts.end(jobId, held.id(), List.of(), _ -> {});
      }
    }
    if (held.report.equals(Optional.of(report))) {
      return;
    }
    held.state = HeldLaunch.State.ENDED;
    held.report = Optional.of(report);
    if (report.getNodeClean()) {
      held.shepherd.ifPresent(ShepherdLink::close);
      held.shepherd = Optional.empty();
    }
    log.info(
        "job {} launch {}: ended, {}{}{}",
        held.jobId(),
        held.id(),
        describe(report),
        report.getText().isEmpty() ? "" : ": " + report.getText(),
        report.getNodeClean() ? "" : held.last.isPresent() ? "; its epilog follows" : "; processes are left and are being killed");
    reports.ended(report);
    if (report.getNodeClean()) {
      next.accept(held.jobId());
    }
  }

  /** Not before the controller has said that the job is over: only then it is known how it ended. */
  void epilog(HeldLaunch held, ExitRecord record) {
    held.last = Optional.of(record);
    if (held.terminate.isEmpty()) {
      return;
    }
    List<ByteString> told = held.terminate.get().getScriptEnvironmentList();
    scripts.end(
        Integer.toUnsignedLong(held.jobId()),
        held.id(),
        scriptEnvironment(told.isEmpty() ? held.launch().getScriptEnvironmentList() : told, held.jobId()),
        failed -> {
          spool.epilogRan(held.id(), failed);
          thread.run(
              () -> {
                held.epilog = Optional.of(failed);
                held.last = Optional.empty();
                ended(held, record);
              });
        });
  }

  private static String describe(ExitReport report) {
    int status = report.getWaitStatus();
    String how = (status & 0x7f) == 0 ? "exit code " + (status >> 8 & 0xff) : "signal " + (status & 0x7f);
    String failure = report.getFailure() == Failure.NONE ? "" : ", " + report.getFailure();
    return how + (report.getOutOfMemory() ? ", out of memory" : "") + failure;
  }

  /** @param known its launch was here, and its end has been acknowledged: the epilog has run */
  void gone(Terminate terminate, boolean known) {
    LaunchGone.Builder gone = LaunchGone.newBuilder().setLaunchId(terminate.getLaunchId());
    if (known) {
      reports.send(AgentMessage.newBuilder().setLaunchGone(gone));
      return;
    }
    scripts.end(
        Integer.toUnsignedLong(terminate.getJobId()),
        terminate.getLaunchId(),
        scriptEnvironment(terminate.getScriptEnvironmentList(), terminate.getJobId()),
        failed -> thread.run(() -> reports.send(AgentMessage.newBuilder().setLaunchGone(gone.setEpilogFailed(failed)))));
  }

  static List<String> scriptEnvironment(List<ByteString> given, int jobId) {
    return given.isEmpty()
        ? List.of("SLURM_JOB_ID=" + Integer.toUnsignedString(jobId), "SLURM_JOBID=" + Integer.toUnsignedString(jobId))
        : given.stream().map(LaunchPlan::text).toList();
  }

  /** Of the job: {@code whenGone} runs, on the launches thread, when none is left. */
  void endSteps(Terminate terminate, Runnable whenGone) {
    steps.end(
        Integer.toUnsignedLong(terminate.getJobId()),
        terminate.getReason(),
        terminate.getKillWaitSeconds() * 1000L,
        terminate.getAtOnce(),
        () -> thread.run(whenGone));
  }
}
