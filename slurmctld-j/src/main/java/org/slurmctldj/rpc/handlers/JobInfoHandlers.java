package org.slurmctldj.rpc.handlers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Globals;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.proto.slurm.BatchScriptRequest;
import org.slurmctldj.proto.slurm.BatchScriptResponse;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobInfoRequest;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.slurm.JobInfoSingleRequest;
import org.slurmctldj.proto.slurm.JobStateRecord;
import org.slurmctldj.proto.slurm.JobStateRequest;
import org.slurmctldj.proto.slurm.JobStateResponse;
import org.slurmctldj.proto.slurm.JobStateSelector;
import org.slurmctldj.proto.slurm.JobStepInfo;
import org.slurmctldj.proto.slurm.JobStepInfoRequest;
import org.slurmctldj.proto.slurm.JobStepInfoResponse;
import org.slurmctldj.proto.slurm.JobUserInfoRequest;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.render.JobListing;
import org.slurmctldj.rpc.render.JobWire;
import org.slurmctldj.rpc.render.StepWire;
import org.slurmctldj.rpc.render.TaskBits;

/** Questions about jobs and steps: squeue, scontrol show job and step, write batch_script. */
final class JobInfoHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(JobInfoHandlers.class);
  private static final int RESPONSE_JOB_INFO = 2004;
  private static final int INVALID_JOB_ID = 2017;
  private static final int USER_ID_MISSING = 2010;
  private static final int JOB_SCRIPT_MISSING = 2009;

  private final Controller c;

  private JobInfoHandlers(Controller c) {
    this.c = c;
  }

  static void register(RpcTable.Builder table, Controller c) {
    JobInfoHandlers h = new JobInfoHandlers(c);
    table
        .user(2003, "REQUEST_JOB_INFO", h::jobs)
        .user(2039, "REQUEST_JOB_USER_INFO", h::jobsOfUser)
        .user(2021, "REQUEST_JOB_INFO_SINGLE", h::oneJob)
        .user(2057, "REQUEST_JOB_STATE", h::states)
        .user(2005, "REQUEST_JOB_STEP_INFO", h::steps)
        .user(2051, "REQUEST_BATCH_SCRIPT", h::script);
  }

  private Reply jobs(Request r) {
    JobInfoRequest q = r.body(JobInfoRequest.class);
    Globals globals = c.view().globals();
    if (Freshness.nothingNew(q.lastUpdate(), globals.jobsChangedAt())) {
      return Reply.rc(Freshness.NO_CHANGE_IN_DATA);
    }
    if (q.jobIds() != null && !q.jobIds().isEmpty()) {
      Set<Long> wanted = new HashSet<>(q.jobIds());
      return list(r, q.showFlags(), Math.min(wanted.size(), c.view().jobCount()), j -> wanted.contains(j.jobId) || wanted.contains(j.arrayJobId));
    }
    return list(r, q.showFlags(), c.view().jobCount(), _ -> true);
  }

  private Reply jobsOfUser(Request r) {
    JobUserInfoRequest q = r.body(JobUserInfoRequest.class);
    return list(r, q.showFlags(), 0, j -> j.request.number(JobField.USER_ID) == q.userId());
  }

  private Reply list(Request r, int showFlags, int expected, Predicate<JobRecord> wanted) {
    long now = c.nowSeconds();
    ClusterConfig config = c.view().config();
    JobWire wire = new JobWire(config, r.version(), showFlags, c.settings().priorityType());
    Privacy privacy = new Privacy(c);
    JobListing listing =
        new JobListing(
            now,
            expected,
            visitor ->
                c.view()
                    .forEachJob(
                        j -> {
                          if (wanted.test(j) && visible(r, privacy, config, j, showFlags)) {
                            visitor.accept(wire.of(j, c.waiting().of(j)));
                          }
                        }));
    return Reply.message(RESPONSE_JOB_INFO, listing);
  }

  private static boolean visible(Request r, Privacy privacy, ClusterConfig config, JobRecord j, int showFlags) {
    return privacy.job(r, j.request.number(JobField.USER_ID)) && Privacy.partition(r, config, j.partition, showFlags);
  }

  /** A job, an array with all its tasks, or one task by its own id. */
  private List<JobRecord> find(long id) {
    JobRecord one = c.view().job(id);
    if (one != null && one.arrayJobId != id) {
      return List.of(one);
    }
    List<JobRecord> members = new ArrayList<>();
    c.view()
        .forEachJob(
            j -> {
              if (j.arrayJobId == id || j.jobId == id) {
                members.add(j);
              }
            });
    return members;
  }

  private Reply oneJob(Request r) {
    JobInfoSingleRequest q = r.body(JobInfoSingleRequest.class);
    long now = c.nowSeconds();
    ClusterConfig config = c.view().config();
    JobWire wire = new JobWire(config, r.version(), q.showFlags(), c.settings().priorityType());
    Privacy privacy = new Privacy(c);
    List<JobInfo> list = new ArrayList<>();
    for (JobRecord j : find(q.jobId())) {
      if (privacy.job(r, j.request.number(JobField.USER_ID))) {
        list.add(wire.of(j, c.waiting().of(j)));
      }
    }
    return list.isEmpty()
        ? Reply.rc(INVALID_JOB_ID)
        : Reply.message(RESPONSE_JOB_INFO, new JobInfoResponse().lastUpdate(now).lastBackfill(0).jobs(list));
  }

  private Reply states(Request r) {
    JobStateRequest q = r.body(JobStateRequest.class);
    Privacy privacy = new Privacy(c);
    List<JobStateRecord> list = new ArrayList<>();
    c.view()
        .forEachJob(
            j -> {
              if (selected(q.jobIds(), j) && privacy.job(r, j.request.number(JobField.USER_ID))) {
                JobStateRecord s = new JobStateRecord().jobId(j.jobId).arrayJobId(j.arrayJobId).state(j.slurmState());
                if (j.arrayJobId != 0) {
                  s.arrayTaskId(j.arrayTaskId).arrayTaskIdBitmap(j.isArrayRest() ? TaskBits.of(j.arrayPending) : null);
                }
                list.add(s);
              }
            });
    return Reply.message(2058, new JobStateResponse().jobs(list));
  }

  private static boolean selected(List<JobStateSelector> selectors, JobRecord j) {
    if (selectors.isEmpty()) {
      return true;
    }
    for (JobStateSelector s : selectors) {
      boolean job = s.jobId() == j.jobId || j.arrayJobId != 0 && s.jobId() == j.arrayJobId;
      boolean task =
          s.arrayTaskId() == SlurmConstants.NO_VAL
              || s.arrayTaskId() == j.arrayTaskId
              || j.isArrayRest() && j.arrayPending.contains((int) s.arrayTaskId());
      if (job && task) {
        return true;
      }
    }
    return false;
  }

  /** Only batch steps exist so far, one for each job that runs. */
  private Reply steps(Request r) {
    JobStepInfoRequest q = r.body(JobStepInfoRequest.class);
    StepId id = q.stepId();
    long now = c.nowSeconds();
    ClusterConfig config = c.view().config();
    Privacy privacy = new Privacy(c);
    List<JobStepInfo> list = new ArrayList<>();
    c.view()
        .forEachJob(
            j -> {
              boolean job = id.jobId() == 0 || id.jobId() == SlurmConstants.NO_VAL || id.jobId() == j.jobId || j.arrayJobId != 0 && id.jobId() == j.arrayJobId;
              boolean step = id.stepId() == SlurmConstants.NO_VAL || id.stepId() == SlurmConstants.BATCH_STEP;
              boolean runs = j.phase == JobPhase.RUNNING || j.phase == JobPhase.STARTING;
              if (job && step && runs && visible(r, privacy, config, j, q.showFlags())) {
                list.add(StepWire.batch(config, j, now));
              }
            });
    boolean everyJob = id.jobId() == 0 || id.jobId() == SlurmConstants.NO_VAL;
    if (!everyJob && list.isEmpty() && find(id.jobId()).isEmpty()) {
      return Reply.rc(INVALID_JOB_ID);
    }
    return Reply.message(2006, new JobStepInfoResponse().lastUpdate(now).steps(list).stepmgrJobs(null));
  }

  private Reply script(Request r) {
    BatchScriptRequest q = r.body(BatchScriptRequest.class);
    JobRecord j = c.view().job(q.jobId());
    if (j == null) {
      return Reply.rc(INVALID_JOB_ID);
    }
    if (!r.privileged() && j.request.number(JobField.USER_ID) != r.uid()) {
      return Reply.rc(USER_ID_MISSING);
    }
    String hash = j.request.text(JobField.SCRIPT_HASH);
    if (hash == null) {
      return Reply.rc(JOB_SCRIPT_MISSING);
    }
    try {
      return Reply.message(
          2052, new BatchScriptResponse().msg(new String(c.blobs().read(hash), java.nio.charset.StandardCharsets.ISO_8859_1)));
    } catch (IOException e) {
      LOG.error("script of job {} cannot be read: {}", j.jobId, e.getMessage());
      return Reply.rc(JOB_SCRIPT_MISSING);
    }
  }
}
