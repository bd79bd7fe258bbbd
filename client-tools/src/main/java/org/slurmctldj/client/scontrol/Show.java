package org.slurmctldj.client.scontrol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Console;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.text.HostNames;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.client.text.NodeStates;
import org.slurmctldj.client.text.TaskMask;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobInfoRequest;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.slurm.JobInfoSingleRequest;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.slurm.NodeInfoRequest;
import org.slurmctldj.proto.slurm.NodeInfoResponse;
import org.slurmctldj.proto.slurm.PartitionInfo;
import org.slurmctldj.proto.slurm.PartitionInfoRequest;
import org.slurmctldj.proto.slurm.PartitionInfoResponse;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.HostlistException;

/** {@code scontrol show}. */
final class Show {
  private static final int REQUEST_JOB_INFO = 2003;
  private static final int REQUEST_NODE_INFO = 2007;
  private static final int REQUEST_PARTITION_INFO = 2009;
  private static final int REQUEST_JOB_INFO_SINGLE = 2021;
  private static final int SHOW_ALL = 1;
  private static final int SHOW_DETAIL = 1 << 1;
  private static final int SHOW_LOCAL = 1 << 4;
  private static final int SHOW_MIXED = 1 << 3;

  private final Client client;
  private final Console console;
  private final boolean all;
  private final boolean oneLine;
  private final boolean quiet;
  private final boolean details;

  Show(Client client, boolean all, boolean oneLine, boolean quiet, boolean details) {
    this.client = client;
    this.console = client.console();
    this.all = all;
    this.oneLine = oneLine;
    this.quiet = quiet;
    this.details = details;
  }

  /** Gives the exit status. */
  int run(List<String> words) {
    String entity = words.get(0);
    String value = words.size() > 1 ? words.get(1) : null;
    int equals = entity.indexOf('=');
    if (equals > 0) {
      value = entity.substring(equals + 1);
      entity = entity.substring(0, equals);
    }
    String what = entity.toLowerCase(Locale.ROOT);
    try {
      if (Scontrol.abbreviates(what, "jobs", 1) || Scontrol.abbreviates(what, "jobid", 1)) {
        return jobs(value);
      } else if (Scontrol.abbreviates(what, "nodes", 1) || Scontrol.abbreviates(what, "nodename", 1)) {
        return nodes(value);
      } else if (Scontrol.abbreviates(what, "partitions", 1) || Scontrol.abbreviates(what, "partitionname", 1)) {
        return partitions(value);
      } else if (Scontrol.abbreviates(what, "hostnames", 5)) {
        return hostNames(value != null ? value : client.env("SLURM_JOB_NODELIST"));
      } else if (Scontrol.abbreviates(what, "hostlist", 5) || Scontrol.abbreviates(what, "hostlistsorted", 9)) {
        return hostList(value, what.length() > 8);
      }
      MoreShows more = new MoreShows(client, oneLine, clock());
      if (Scontrol.abbreviates(what, "config", 1) || Scontrol.abbreviates(what, "configuration", 1)) {
        return more.config();
      } else if (what.startsWith("li") || what.startsWith("lic")) {
        return more.licenses(value);
      } else if (Scontrol.abbreviates(what, "reservations", 1) || Scontrol.abbreviates(what, "reservationname", 1)) {
        return more.reservations(value);
      } else if (Scontrol.abbreviates(what, "steps", 2) || Scontrol.abbreviates(what, "stepids", 2)) {
        return more.steps(value);
      } else if (Scontrol.abbreviates(what, "topology", 1)) {
        return more.topology();
      } else if (Scontrol.abbreviates(what, "federation", 2)) {
        return more.federation();
      } else if (Scontrol.abbreviates(what, "frontend", 1)) {
        return more.frontEnds();
      } else if (Scontrol.abbreviates(what, "aliases", 2)) {
        return more.aliases();
      } else if (Scontrol.abbreviates(what, "daemons", 1)) {
        return more.daemons();
      } else if (Scontrol.abbreviates(what, "assoc_mgr", 2)) {
        return more.associations();
      } else if (Scontrol.abbreviates(what, "burstbuffer", 1)) {
        return more.burstBuffers();
      }
    } catch (RequestFailed e) {
      console.complain(failure(what) + e.text(client.controller().version()));
      return 1;
    }
    if (KNOWN.contains(" " + what + " ")) {
      throw client.unsupported("show " + what);
    }
    console.complain("invalid entity:" + entity + " for keyword:show ");
    return 1;
  }

  private static final String KNOWN =
      " assoc_mgr bbstat burst burstbuffer dwstat slurmd topoconf nodeconf ";

  private static String failure(String what) {
    return switch (what.charAt(0)) {
      case 'n' -> "slurm_load_node error: ";
      case 'p' -> "slurm_load_partitions error: ";
      default -> "slurm_load_jobs error: ";
    };
  }

  private LocalTime clock() {
    return LocalTime.of(client.env("SLURM_TIME_FORMAT"), System.currentTimeMillis() / 1000, client.program(), console);
  }

  // ---- jobs

  private int jobs(String id) {
    JobInfoResponse response;
    int flags = SHOW_LOCAL | (all || id != null ? SHOW_ALL : 0) | (details ? SHOW_DETAIL : 0);
    if (id == null) {
      response =
          JobInfoResponse.read(
              client.controller().ask(REQUEST_JOB_INFO, new JobInfoRequest().showFlags(flags)).body(), client.controller().number());
    } else {
      Strtol number = Strtol.parse(id);
      if (number.value() <= 0) {
        console.complain("scontrol_print_job error: Invalid job id specified");
        return 1;
      }
      JobInfoSingleRequest request = new JobInfoSingleRequest().jobId(number.value()).showFlags(flags);
      response = JobInfoResponse.read(client.controller().ask(REQUEST_JOB_INFO_SINGLE, request).body(), client.controller().number());
    }
    int release = client.controller().version();
    long now = System.currentTimeMillis() / 1000;
    JobText text = new JobText(client, release, now, clock(), oneLine, response.lastBackfill(), details(response));
    boolean any = false;
    for (JobInfo job : response.jobs()) {
      if (id == null || asked(id, job)) {
        int under = id == null ? -1 : id.indexOf('_');
        console.print(text.of(job, under < 0 ? -1 : Strtol.value(id.substring(under + 1))));
        any = true;
      }
    }
    if (!any) {
      if (id == null) {
        console.println("No jobs in the system");
        return 0;
      }
      console.println("Job " + id + " not found");
      return 1;
    }
    return 0;
  }

  /** The nodes' shapes are asked for when a job holds some. */
  private Optional<JobDetails> details(JobInfoResponse response) {
    if (!details) {
      return Optional.empty();
    }
    if (response.jobs().stream().noneMatch(j -> j.jobResrcs() != null)) {
      return Optional.of(new JobDetails(List.of()));
    }
    NodeInfoRequest request = new NodeInfoRequest().showFlags(SHOW_ALL);
    return Optional.of(
        new JobDetails(
            NodeInfoResponse.read(client.controller().ask(REQUEST_NODE_INFO, request).body(), client.controller().number()).nodes()));
  }

  private static boolean asked(String id, JobInfo job) {
    int under = id.indexOf('_');
    int plus = id.indexOf('+');
    if (under > 0) {
      long task = Strtol.value(id.substring(under + 1));
      return job.arrayTaskId() == task || TaskMask.has(job.arrayTaskStr(), task);
    }
    return plus < 0 || job.hetJobOffset() == Strtol.value(id.substring(plus + 1));
  }

  // ---- nodes

  private int nodes(String name) {
    if (details) {
      throw client.unsupported("--details of nodes");
    }
    List<NodeInfo> nodes =
        NodeInfoResponse.read(
                client
                    .controller()
                    .ask(REQUEST_NODE_INFO, new NodeInfoRequest().showFlags(SHOW_MIXED | (all || name != null ? SHOW_ALL : 0)))
                    .body(),
                client.controller().number())
            .nodes();
    List<PartitionInfo> partitions = loadPartitions(SHOW_ALL);
    NodeText text = new NodeText(client, client.controller().version(), clock(), oneLine, client.conf().slurmdPort(), partitions);
    List<String> names = name == null ? null : HostNames.tryExpand(name);
    if (name != null && names == null) {
      names = List.of(name);
    }
    if (nodes.isEmpty()) {
      console.println("No nodes in the system");
      return 0;
    }
    int status = 0;
    if (names == null) {
      for (int i = 0; i < nodes.size(); i++) {
        print(nodes.get(i), i, text);
      }
      return 0;
    }
    for (String wanted : names) {
      boolean found = false;
      for (int i = 0; i < nodes.size(); i++) {
        NodeInfo node = nodes.get(i);
        if (node != null && wanted.equals(node.name())) {
          print(node, i, text);
          found = true;
        }
      }
      if (!found) {
        console.println("Node " + wanted + " not found");
        status = 1;
      }
    }
    return status;
  }

  private void print(NodeInfo node, int index, NodeText text) {
    if (node == null || node.name() == null || node.name().isEmpty()) {
      return;
    }
    long total = node.cpusEfctv() != 0 ? node.cpusEfctv() : node.cpus();
    boolean part = node.allocCpus() > 0 && node.allocCpus() < total;
    if (part && NodeStates.base(node.nodeState()) != NodeStates.DOWN) {
      node.nodeState(node.nodeState() & ~(long) NodeStates.BASE | NodeStates.MIXED);
    }
    console.print(text.of(node, index));
  }

  // ---- partitions

  private List<PartitionInfo> loadPartitions(int flags) {
    return PartitionInfoResponse.read(
            client.controller().ask(REQUEST_PARTITION_INFO, new PartitionInfoRequest().showFlags(flags)).body(),
            client.controller().number())
        .partitions();
  }

  private int partitions(String name) {
    List<PartitionInfo> partitions = loadPartitions(all || name != null ? SHOW_ALL : 0);
    PartitionText text =
        new PartitionText(client.controller().version(), oneLine, client.conf().text("PreemptMode", "OFF").toUpperCase(Locale.ROOT));
    boolean any = false;
    for (PartitionInfo p : partitions) {
      if (name == null || List.of(name.split(",")).contains(p.name())) {
        console.print(text.of(p));
        any = true;
      }
    }
    if (!any) {
      console.println(name == null ? "No partitions in the system" : "Partition " + name + " not found");
      return name == null ? 0 : 1;
    }
    return 0;
  }

  // ---- host lists

  private int hostNames(String list) {
    List<String> names = list == null ? null : HostNames.tryExpand(list);
    if (names == null) {
      console.complain(list == null ? "host list is empty" : "Invalid hostlist: " + list);
      return 1;
    }
    for (String name : names) {
      console.println(name);
    }
    return 0;
  }

  private int hostList(String list, boolean sorted) {
    if (list == null) {
      console.complain("invalid encoding: (null)");
      return 1;
    }
    try {
      Hostlist parsed = Hostlist.of(new ArrayList<>(Hostlist.parse(list).toList()));
      console.println((sorted ? parsed.sorted() : parsed).toString());
      return 0;
    } catch (HostlistException e) {
      console.complain("Invalid hostlist: " + list);
      return 1;
    }
  }
}
