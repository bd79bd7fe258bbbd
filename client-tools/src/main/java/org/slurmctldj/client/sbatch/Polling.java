package org.slurmctldj.client.sbatch;

import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.text.JobStates;
import org.slurmctldj.proto.slurm.JobInfoSingleRequest;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.wire.Frame;

/** {@code --wait}: asks for the job now and then until it has ended; the job's exit status becomes ours. */
final class Polling {
  private static final int JOB_INFO_SINGLE = 2021;
  private static final int INVALID_JOB_ID = 2017;
  private static final int SHOW_ALL = 1;
  private static final int FIRST_SECONDS = 2;
  private static final int MOST_SECONDS = 10;

  private final Client client;

  Polling(Client client) {
    this.client = client;
  }

  int untilEnd(long job) {
    int pause = FIRST_SECONDS;
    int status = 0;
    while (true) {
      sleepSeconds(pause);
      pause = Math.min(MOST_SECONDS, pause + FIRST_SECONDS);
      try {
        JobInfoSingleRequest request = new JobInfoSingleRequest().jobId(job).showFlags(SHOW_ALL);
        Frame answer = client.controller().ask(JOB_INFO_SINGLE, request);
        boolean running = false;
        for (JobInfo info : JobInfoResponse.read(answer.body(), client.controller().number()).jobs()) {
          running |= JobStates.base(info.jobState()) < JobStates.COMPLETED || (info.jobState() & JobStates.COMPLETING) != 0;
          status = Math.max(status, exitStatus(info.exitCode()));
        }
        if (!running) {
          return status;
        }
      } catch (RequestFailed e) {
        if (e.number() == INVALID_JOB_ID) {
          client.error("Job " + job + " no longer found and exit code not found");
          return status;
        }
        // otherwise the controller may be back the next time
      }
    }
  }

  /** As a shell would: the exit status, or 128 and the signal. */
  private static int exitStatus(long waitStatus) {
    int signal = (int) (waitStatus & 0x7f);
    return signal != 0 ? 128 + signal : (int) (waitStatus >> 8 & 0xff);
  }

  static void sleepSeconds(int seconds) {
    try {
      Thread.sleep(seconds * 1000L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
