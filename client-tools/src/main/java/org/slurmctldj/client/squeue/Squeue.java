package org.slurmctldj.client.squeue;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Console;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.text.Column;
import org.slurmctldj.client.text.Format;
import org.slurmctldj.client.text.JobStates;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.client.text.Units;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobInfoRequest;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.slurm.JobInfoSingleRequest;
import org.slurmctldj.proto.slurm.JobStepInfo;
import org.slurmctldj.proto.slurm.JobStepInfoRequest;
import org.slurmctldj.proto.slurm.JobStepInfoResponse;
import org.slurmctldj.proto.slurm.JobUserInfoRequest;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.SlurmConstants;

/** squeue: jobs and job steps as a table. */
public final class Squeue {
  private static final int REQUEST_JOB_INFO = 2003;
  private static final int REQUEST_JOB_STEP_INFO = 2005;
  private static final int REQUEST_JOB_INFO_SINGLE = 2021;
  private static final int REQUEST_JOB_USER_INFO = 2039;
  private static final int SHOW_ALL = 1;
  private static final int SHOW_LOCAL = 1 << 4;

  private static final String DEFAULT = "%.18i %.9P %.8j %.8u %.2t %.10M %.6D %R";
  private static final String STATE = "%.18i %.2t";
  private static final String LONG = "%.18i %.9P %.8j %.8u %.8T %.10M %.9l %.6D %R";
  private static final String START = "%.18i %.9P %.8j %.8u %.2t %.19S %.6D %20Y %R";
  private static final String STEPS = "%.15i %.8j %.9P %.8u %.9M %N";

  private static final int DEFAULT_TASK_LIST = 64;

  private final Client client;
  private final Console console;
  private SqueueOptions options;

  public Squeue(Client client) {
    this.client = client;
    this.console = client.console();
  }

  /** Gives the exit status. */
  public int run() {
    client.conf();
    options = SqueueOptions.parse(client, client.release());
    int status = 0;
    while (true) {
      if (!options.noHeader && (options.iterate > 0 || options.verbose > 0 || options.longListing)) {
        console.println(view().clock().ctime(System.currentTimeMillis() / 1000));
      }
      if (!report()) {
        status = 1;
      }
      if (options.iterate == 0) {
        return status;
      }
      console.print("\n").flush();
      pause(options.iterate);
    }
  }

  private boolean report() {
    try {
      if (options.stepsAsked) {
        steps();
      } else {
        jobs();
      }
      return true;
    } catch (RequestFailed e) {
      String doing = options.stepsAsked ? "slurm_get_job_steps error: " : "slurm_load_jobs error: ";
      console.complain(doing + e.text(client.controller().version()));
      return false;
    }
  }

  // ---- jobs

  private void jobs() {
    List<JobInfo> loaded = load();
    if (options.nodes != null) {
      options.nodes = new NodeNames(client).existing(options.nodes);
    }
    JobView view = view();
    Format<JobField> format = format(JobFormats.jobs(options.release()), options.start ? START : options.onlyJobState ? STATE : options.longListing ? LONG : DEFAULT);
    JobFilter filter = new JobFilter(options);
    List<JobRow> rows = new ArrayList<>();
    for (JobInfo job : JobOrder.latestStartFirst(loaded)) {
      if (filter.accepts(job)) {
        addRows(job, rows, filter);
      }
    }
    header(format);
    JobOrder.sort(rows, options.sort == null ? JobOrder.DEFAULT : options.sort, view, client);
    for (JobRow row : rows) {
      for (Format.Item<JobField> item : format.items()) {
        if (item.field() == null) {
          console.print(item.column().suffix());
        } else {
          String value = value(item.field(), row, view);
          item.column().print(console, value, cut(item, value));
        }
      }
      console.print("\n");
    }
  }

  /** Spans of time and nodes on the right are shown whole, however narrow the column. */
  private static boolean cut(Format.Item<JobField> item, String value) {
    if (!item.column().right()) {
      return true;
    }
    return switch (item.field()) {
      case TIME_LIMIT, TIME_LEFT, TIME_USED -> value.isEmpty() || !Character.isDigit(value.charAt(0));
      case NODELIST, SCHED_NODES -> false;
      case REASON_LIST -> value.startsWith("(");
      default -> true;
    };
  }

  private static String value(JobField field, JobRow row, JobView view) {
    return switch (field) {
      case PARTITION -> row.partition();
      case PRIORITY -> JobView.share(row.priority());
      case PRIORITY_LONG -> Long.toString(row.priority());
      default -> field.of(row.job(), view);
    };
  }

  private void addRows(JobInfo job, List<JobRow> rows, JobFilter filter) {
    if (options.array && job.arrayTaskStr() != null && job.arrayTaskStr().startsWith("0x")) {
      for (int task : TaskList.tasks(job.arrayTaskStr())) {
        JobInfo one = JobCopies.ofTask(job, task);
        if (filter.accepts(one)) {
          addPartitions(one, rows);
        }
      }
    } else {
      addPartitions(job, rows);
    }
  }

  private void addPartitions(JobInfo job, List<JobRow> rows) {
    boolean several = options.priority && JobStates.base(job.jobState()) == JobStates.PENDING && job.partition() != null;
    if (!several) {
      rows.add(JobRow.of(job));
      return;
    }
    String[] partitions = job.partition().split(",");
    for (int i = 0; i < partitions.length; i++) {
      if (options.partitions == null || options.partitions.contains(partitions[i])) {
        long priority = i < job.priorityArray().length ? job.priorityArray()[i] : job.priority();
        rows.add(new JobRow(job, partitions[i], priority));
      }
    }
  }

  private List<JobInfo> load() {
    int flags = options.all ? SHOW_ALL : 0;
    flags |= SHOW_LOCAL;
    Frame answer;
    if (options.onlyJobState) {
      return JobStatesOnly.load(client, options);
    }
    if (options.jobs != null && options.jobs.size() == 1) {
      JobInfoSingleRequest request = new JobInfoSingleRequest().jobId(options.jobs.get(0).job()).showFlags(flags);
      answer = client.controller().ask(REQUEST_JOB_INFO_SINGLE, request);
    } else if (options.users != null && options.users.size() == 1 && !options.notMe) {
      answer =
          client.controller()
              .ask(REQUEST_JOB_USER_INFO, new JobUserInfoRequest().userId(options.users.get(0)).showFlags(flags));
    } else {
      answer = client.controller().ask(REQUEST_JOB_INFO, new JobInfoRequest().showFlags(flags));
    }
    JobInfoResponse response = JobInfoResponse.read(answer.body(), client.controller().number());
    if (options.verbose > 0) {
      console.println("last_update_time=" + response.lastUpdate() + " records=" + response.jobs().size());
    }
    return response.jobs();
  }

  // ---- steps

  private void steps() {
    StepId every =
        new StepId().jobId(SlurmConstants.NO_VAL).stepId(SlurmConstants.NO_VAL).stepHetComp(SlurmConstants.NO_VAL);
    Frame answer =
        client.controller()
            .ask(REQUEST_JOB_STEP_INFO, new JobStepInfoRequest().stepId(every).showFlags((options.all ? SHOW_ALL : 0) | SHOW_LOCAL));
    JobStepInfoResponse response = JobStepInfoResponse.read(answer.body(), client.controller().number());
    if (options.verbose > 0) {
      console.println("last_update_time=" + response.lastUpdate() + " records=" + response.steps().size());
    }
    JobView view = view();
    Format<StepField> format = format(JobFormats.steps(options.release()), STEPS);
    JobFilter filter = new JobFilter(options);
    List<JobStepInfo> steps = new ArrayList<>();
    for (JobStepInfo step : response.steps()) {
      if (filter.accepts(step)) {
        steps.add(step);
      }
    }
    header(format);
    StepOrder.sort(steps, options.sort == null ? StepOrder.DEFAULT : options.sort, view, client);
    for (JobStepInfo step : steps) {
      for (Format.Item<StepField> item : format.items()) {
        if (item.field() == null) {
          console.print(item.column().suffix());
        } else {
          // a step's start never moves to the right
          Column column = item.field() == StepField.START_TIME ? item.column().left() : item.column();
          column.print(console, item.field().of(step, view));
        }
      }
      console.print("\n");
    }
  }

  // ---- both

  private <F> Format<F> format(Format.Fields<F> fields, String otherwise) {
    if (options.formatNames != null) {
      return Format.ofNames(options.formatNames, fields, client.program(), console);
    }
    return Format.ofLetters(options.format != null ? options.format : otherwise, fields, client.program(), console);
  }

  private <F> void header(Format<F> format) {
    if (options.noHeader) {
      return;
    }
    for (Format.Item<F> item : format.items()) {
      if (item.field() == null) {
        console.print(item.column().suffix());
      } else {
        String heading = item.field() instanceof JobField f ? f.heading : ((StepField) item.field()).heading;
        boolean whole =
            item.column().right()
                && (item.field() == JobField.NODELIST || item.field() == JobField.REASON_LIST || item.field() == JobField.SCHED_NODES);
        Column column = item.field() == StepField.START_TIME ? item.column().left() : item.column();
        column.print(console, heading, !whole);
      }
    }
    console.print("\n");
  }

  private JobView view() {
    long now = System.currentTimeMillis() / 1000;
    String length = client.env("SLURM_BITSTR_LEN");
    long asked = length == null ? -1 : Strtol.value(length);
    int taskListLength = asked < 0 ? DEFAULT_TASK_LIST : (int) Math.min(asked, 1 << 20);
    LocalTime clock = LocalTime.of(client.env("SLURM_TIME_FORMAT"), now, client.program(), console);
    return new JobView(
        client.controller().version(),
        now,
        options.noConvert ? Units.Style.RAW : Units.Style.EXACT,
        taskListLength,
        length == null,
        clock,
        client.names(),
        new JobFiles(client.controller().version()));
  }

  private static void pause(int seconds) {
    try {
      Thread.sleep(seconds * 1000L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
