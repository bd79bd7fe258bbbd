package org.slurmctldj.rpc.handlers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Globals;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.core.StepRecord;
import org.slurmctldj.core.JobScan;
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
import org.slurmctldj.rpc.render.EncodedJobs;
import org.slurmctldj.rpc.render.ExternStep;
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
  private static final int V24_11 = 42;
  private static final int JOB_SCRIPT_MISSING = 2009;

  /** Encoded jobs that may be kept: a million of them in one form. */
  private static final long MOST_ENCODED = 768L << 20;

  private final Controller c;
  private final EncodedJobs encoded = new EncodedJobs(MOST_ENCODED);

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
      for (long id : q.jobIds()) {
        components(id).forEach(j -> wanted.add(j.jobId));
      }
      return list(r, q.showFlags(), (id, user, array) -> wanted.contains(id) || wanted.contains(array));
    }
    return list(r, q.showFlags(), null);
  }

  private Reply jobsOfUser(Request r) {
    JobUserInfoRequest q = r.body(JobUserInfoRequest.class);
    return list(r, q.showFlags(), (id, user, array) -> user == q.userId());
  }

  /** @param wanted null: all */
  private Reply list(Request r, int showFlags, JobScan.Choice wanted) {
    long now = c.nowSeconds();
    ClusterConfig config = c.view().config();
    EncodedJobs.Form form = new EncodedJobs.Form(config, r.version(), showFlags, c.settings().priorityType());
    EncodedJobs.Visible visible = visible(r, config, showFlags);
    EncodedJobs.Selection jobs =
        wanted == null
            ? encoded.all(c.view().scan(), form, c.waiting(), visible)
            : encoded.some(c.view().scan(wanted), form, c.waiting(), visible);
    return Reply.message(RESPONSE_JOB_INFO, new JobListing(now, r.version(), jobs));
  }

  /** As {@link #visible(Request, Privacy, ClusterConfig, JobRecord, int)}, for many jobs. */
  private EncodedJobs.Visible visible(Request r, ClusterConfig config, int showFlags) {
    Privacy privacy = new Privacy(c);
    boolean everybody = privacy.job(r, SlurmConstants.NO_VAL);
    int partitions = config.partitions().size();
    boolean[] shown = new boolean[partitions];
    for (int i = 0; i < partitions; i++) {
      shown[i] = Privacy.partition(r, config, i, showFlags);
    }
    return (user, partition) ->
        (everybody || user == r.uid()) && (partition < 0 || partition >= partitions || shown[partition]);
  }

  private static boolean visible(Request r, Privacy privacy, ClusterConfig config, JobRecord j, int showFlags) {
    return privacy.job(r, j.request.number(JobField.USER_ID)) && Privacy.partition(r, config, j.partition, showFlags);
  }

  /** A job, an array with all its tasks (the newest first, as slurmctld has them), or one task by its own id. */
  private List<JobRecord> find(long id) {
    List<JobRecord> components = components(id);
    if (!components.isEmpty()) {
      return components;
    }
    JobRecord one = c.view().job(id);
    if (one != null && one.arrayJobId != id) {
      return List.of(one);
    }
    List<JobRecord> members = new ArrayList<>();
    JobScan scan = c.view().scan((job, user, array) -> job == id || array == id);
    for (int row = 0; row < scan.size(); row++) {
      JobRecord j = scan.job(row);
      if (j != null) {
        members.add(j);
      }
    }
    List<JobRecord> tasks = members.isEmpty() || members.getFirst().jobId != id ? members : members.subList(1, members.size());
    Collections.reverse(tasks);
    return members;
  }

  /** Of a heterogeneous job named by its leader's id, in order; empty for any other id. */
  private List<JobRecord> components(long id) {
    JobRecord leader = c.view().job(id);
    List<JobRecord> out = new ArrayList<>();
    for (long i = id; leader != null && leader.isHetLeader() && i < id + leader.hetSize; i++) {
      JobRecord j = c.view().job(i);
      if (j != null && j.hetJobId == id) {
        out.add(j);
      }
    }
    return out;
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
    JobScan scan =
        q.jobIds().isEmpty() ? c.view().scan() : c.view().scan((id, user, array) -> named(q.jobIds(), id, array));
    for (int row = 0; row < scan.size(); row++) {
      JobRecord j = scan.job(row);
      if (j != null && selected(q.jobIds(), j) && privacy.job(r, j.request.number(JobField.USER_ID))) {
        JobStateRecord s = new JobStateRecord().jobId(j.jobId).arrayJobId(j.arrayJobId).state(r.version() < 44 ? j.slurmState() & ~SlurmNumbers.JOB_EXPEDITING : j.slurmState());
        if (j.arrayJobId != 0) {
          s.arrayTaskId(j.arrayTaskId).arrayTaskIdBitmap(j.isArrayRest() ? TaskBits.of(j.arrayPending) : null);
        }
        if (j.isHet()) {
          s.hetJobId(j.hetJobId);
        }
        list.add(s);
      }
    }
    return Reply.message(2058, new JobStateResponse().jobs(list));
  }

  private static boolean named(List<JobStateSelector> selectors, long jobId, long arrayJobId) {
    for (JobStateSelector s : selectors) {
      if (s.jobId() == jobId || arrayJobId != 0 && s.jobId() == arrayJobId) {
        return true;
      }
    }
    return false;
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

  /** Live steps, those that no srun made first. */
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
              boolean runs = j.phase == JobPhase.RUNNING || j.phase == JobPhase.STARTING;
              if (!job || !runs || !visible(r, privacy, config, j, q.showFlags())) {
                return;
              }
              boolean extern = id.stepId() == SlurmConstants.NO_VAL || id.stepId() == SlurmConstants.EXTERN_STEP;
              int[] held = extern && c.settings().externSteps() ? ExternStep.nodes(c.view(), j) : new int[0];
              if (held.length > 0) {
                list.add(ExternStep.info(c.view(), j, held, now));
              }
              boolean batch = id.stepId() == SlurmConstants.NO_VAL || id.stepId() == SlurmConstants.BATCH_STEP;
              if (batch && j.hasLaunch()) {
                list.add(StepWire.batch(c.view(), j, now));
              }
              for (StepRecord s : j.steps.live()) {
                if (id.stepId() == SlurmConstants.NO_VAL || id.stepId() == s.stepId()) {
                  list.add(StepWire.of(c.view(), j, s, now));
                }
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
    if (hash == null && j.hetOffset() > 0 && j.request.number(JobField.BATCH_FLAG) != 0) {
      // A component that does not lead has no script that is run. Observed: 22.05 shows this one, 24.11 the leader's.
      JobRecord leader = r.version() >= V24_11 ? c.view().job(j.hetJobId) : null;
      if (leader == null) {
        return Reply.message(2052, new BatchScriptResponse().msg("#!/bin/sh\nexit 0\n"));
      }
      hash = leader.request.text(JobField.SCRIPT_HASH);
    }
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
