package org.slurmctldj.client.scontrol;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Console;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.proto.conf.ConfHash;
import org.slurmctldj.proto.conf.ClusterLayout;
import org.slurmctldj.proto.conf.NodeDef;
import org.slurmctldj.proto.slurm.AssocMgrInfoRequest;
import org.slurmctldj.proto.slurm.AssocMgrInfoResponse;
import org.slurmctldj.proto.slurm.BuildInfoRequest;
import org.slurmctldj.proto.slurm.BuildInfoResponse;
import org.slurmctldj.proto.slurm.BurstBufferInfoResponse;
import org.slurmctldj.proto.slurm.EmptyBody;
import org.slurmctldj.proto.slurm.FrontEndInfoRequest;
import org.slurmctldj.proto.slurm.FrontEndInfoResponse;
import org.slurmctldj.proto.slurm.JobStepInfo;
import org.slurmctldj.proto.slurm.JobStepInfoRequest;
import org.slurmctldj.proto.slurm.JobStepInfoResponse;
import org.slurmctldj.proto.slurm.LicenseInfoRequest;
import org.slurmctldj.proto.slurm.LicenseInfoResponse;
import org.slurmctldj.proto.slurm.LicenseRecord;
import org.slurmctldj.proto.slurm.ReservationInfoRequest;
import org.slurmctldj.proto.slurm.ReservationInfoResponse;
import org.slurmctldj.proto.slurm.ReserveInfo;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.TopoInfoRequest;
import org.slurmctldj.proto.slurm.TopoInfoResponse;
import org.slurmctldj.proto.slurm.TopologySwitch;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/** The smaller entities of {@code scontrol show}: config, licences, reservations, steps, topology, federation, daemons. */
final class MoreShows {
  private static final int BUILD_INFO = 2001;
  private static final int RESERVATION_INFO = 2024;
  private static final int TOPO_INFO = 2028;
  private static final int FRONT_END_INFO = 2031;
  private static final int FED_INFO = 2049;
  private static final int LICENSE_INFO = 1021;
  private static final int JOB_STEP_INFO = 2005;
  private static final int BURST_BUFFER_INFO = 2037;
  private static final int ASSOC_MGR_INFO = 2043;

  /** Associations, users and QOS. */
  private static final int ALL_ASSOCIATIONS = 7;

  private final Client client;
  private final Console console;
  private final boolean oneLine;
  private final LocalTime clock;

  MoreShows(Client client, boolean oneLine, LocalTime clock) {
    this.client = client;
    this.console = client.console();
    this.oneLine = oneLine;
    this.clock = clock;
  }

  private boolean old() {
    return client.controller().version() < ProtocolVersion.V23_02;
  }

  private int number() {
    return client.controller().number();
  }

  private int failed(String prefix, RequestFailed e) {
    console.complain(prefix + e.text(client.controller().version()));
    return 1;
  }

  /** The caller prints the controllers' states after it. */
  int config() {
    try {
      Frame answer = client.controller().ask(BUILD_INFO, new BuildInfoRequest());
      console.print(new ConfigText(BuildInfoResponse.read(answer.body(), number()), ConfHash.of(client.conf()), old(), clock).text());
      return 0;
    } catch (RequestFailed e) {
      return failed("slurm_load_ctl_conf error: ", e);
    }
  }

  int licenses(String name) {
    try {
      Frame answer = client.controller().ask(LICENSE_INFO, new LicenseInfoRequest());
      List<LicenseRecord> list = new ArrayList<>(LicenseInfoResponse.read(answer.body(), number()).licenses());
      if (list.isEmpty()) {
        console.println("No licenses configured in Slurm.");
        return 0;
      }
      list.sort((a, b) -> a.name().compareTo(b.name()));
      String separator = oneLine ? " " : "\n    ";
      for (LicenseRecord l : list) {
        if (name == null || name.equals(l.name())) {
          long free = Math.max(0, l.total() - l.inUse() - l.reserved());
          console.print(
              "LicenseName=" + l.name() + separator + "Total=" + l.total() + " Used=" + l.inUse() + " Free=" + free + " Reserved="
                  + l.reserved() + " Remote=" + (l.remote() != 0 ? "yes" : "no") + (l.remote() != 0 ? remote(l, separator) : "") + "\n");
        }
      }
      return 0;
    } catch (RequestFailed e) {
      return failed("slurm_load_licenses error: ", e);
    }
  }

  private String remote(LicenseRecord l, String separator) {
    return old()
        ? ""
        : separator + "LastConsumed=" + l.lastConsumed() + " LastDeficit=" + l.lastDeficit() + " LastUpdate=" + clock.text(l.lastUpdate(), 256);
  }

  int reservations(String name) {
    try {
      Frame answer = client.controller().ask(RESERVATION_INFO, new ReservationInfoRequest());
      List<ReserveInfo> list = ReservationInfoResponse.read(answer.body(), number()).reservations();
      if (list.isEmpty() && name == null) {
        console.println("No reservations in the system");
        return 0;
      }
      boolean any = false;
      for (ReserveInfo r : list) {
        if (name == null || name.equals(r.name())) {
          console.print(new ReservationText(r, old(), oneLine, clock).text());
          any = true;
        }
      }
      if (!any) {
        console.println("Reservation " + name + " not found");
        return 1;
      }
      return 0;
    } catch (RequestFailed e) {
      return failed("slurm_load_reservations error: ", e);
    }
  }

  int topology() {
    try {
      Frame answer = client.controller().ask(TOPO_INFO, new TopoInfoRequest());
      List<TopologySwitch> switches = TopoInfoResponse.read(answer.body(), number()).topoInfo().switches();
      if (switches.isEmpty()) {
        if (old()) {
          client.error("No topology information available");
        }
        return 0;
      }
      for (TopologySwitch s : switches) {
        StringBuilder b = new StringBuilder("SwitchName=").append(s.name()).append(" Level=").append(s.level());
        b.append(" LinkSpeed=").append(s.linkSpeed());
        if (s.nodes() != null && !s.nodes().isEmpty()) {
          b.append(" Nodes=").append(s.nodes());
        }
        if (s.switches() != null && !s.switches().isEmpty()) {
          b.append(" Switches=").append(s.switches());
        }
        console.println(b.toString());
      }
      return 0;
    } catch (RequestFailed e) {
      return failed("slurm_load_topo error: ", e);
    }
  }

  int federation() {
    try {
      Frame answer = client.controller().exchange(FED_INFO, EmptyBody.INSTANCE);
      if (answer.body().remaining() > 1) {
        throw client.unsupported("show federation in a federation");
      }
      return 0;
    } catch (RequestFailed e) {
      return failed("slurm_load_federation error: ", e);
    }
  }

  int frontEnds() {
    try {
      Frame answer = client.controller().ask(FRONT_END_INFO, new FrontEndInfoRequest());
      if (!FrontEndInfoResponse.read(answer.body(), number()).frontEnds().isEmpty()) {
        throw client.unsupported("show frontend with front ends");
      }
      console.println("No nodes in the system");
      return 0;
    } catch (RequestFailed e) {
      return failed("slurm_load_front_end error: ", e);
    }
  }

  int associations() {
    AssocMgrInfoRequest request = new AssocMgrInfoRequest().flags(ALL_ASSOCIATIONS);
    try {
      AssocMgrInfoResponse r = AssocMgrInfoResponse.read(client.controller().ask(ASSOC_MGR_INFO, request).body(), number());
      if (!r.users().isEmpty() || !r.assocs().isEmpty() || !r.qos().isEmpty()) {
        throw client.unsupported("show assoc_mgr with an accounting database");
      }
    } catch (RequestFailed e) {
      return failed("slurm_load_assoc_mgr_info error: ", e);
    }
    console.print("Current Association Manager state\n");
    for (String kind : new String[] {"users", "associations", "QOS"}) {
      console.print((kind.equals("users") ? "\n" : "\n\n") + "No " + kind + " currently cached in Slurm.\n");
    }
    console.print("\n");
    return 0;
  }

  int burstBuffers() {
    try {
      Frame answer = client.controller().ask(BURST_BUFFER_INFO, EmptyBody.INSTANCE);
      if (!BurstBufferInfoResponse.read(answer.body(), number()).burstBuffers().isEmpty()) {
        throw client.unsupported("show burstbuffer with a burst buffer plugin");
      }
      return 0;
    } catch (RequestFailed e) {
      return failed("slurm_load_burst_buffer_info error: ", e);
    }
  }

  int aliases() {
    List<String> names = new ArrayList<>();
    String host = org.slurmctldj.proto.os.ProcessFacts.shortHostName();
    for (NodeDef node : ClusterLayout.of(client.conf()).nodes()) {
      if (node.hostName().equals(host)) {
        names.add(node.name());
      }
    }
    if (!names.isEmpty()) {
      console.println(String.join(" ", names));
    }
    return 0;
  }

  int daemons() {
    String host = org.slurmctldj.proto.os.ProcessFacts.shortHostName();
    boolean controls = client.conf().controllers().stream().anyMatch(c -> c.name().equals(host) || c.name().equals("localhost"));
    boolean computes = ClusterLayout.of(client.conf()).nodes().stream().anyMatch(n -> n.hostName().equals(host));
    console.println(controls && computes ? "slurmctld slurmd" : controls ? "slurmctld" : computes ? "slurmd" : "");
    return 0;
  }

  int steps(String text) {
    long job = SlurmConstants.NO_VAL;
    long step = SlurmConstants.NO_VAL;
    if (text != null) {
      job = Strtol.value(text);
      int dot = text.indexOf('.');
      step = dot < 0 ? SlurmConstants.NO_VAL : Strtol.value(text.substring(dot + 1));
    }
    JobStepInfoRequest request = new JobStepInfoRequest().showFlags(1 | 16);
    request.stepId(new StepId().jobId(job).stepId(step).stepHetComp(SlurmConstants.NO_VAL));
    try {
      Frame answer = client.controller().ask(JOB_STEP_INFO, request);
      List<JobStepInfo> steps = JobStepInfoResponse.read(answer.body(), number()).steps();
      for (JobStepInfo s : steps) {
        if (text == null && old() && s.arrayJobId() != 0) {
          continue; // as 22.05 does
        }
        console.print(new StepText(s, old(), oneLine, clock).text());
      }
      if (steps.isEmpty()) {
        if (text == null) {
          console.println("No job steps in the system");
        } else {
          console.println("Job step " + text + " not found");
          return 1;
        }
      }
      return 0;
    } catch (RequestFailed e) {
      if (old()) {
        return failed("slurm_get_job_steps error: ", e);
      }
      client.error(
          "scontrol_print_step: slurm_get_job_steps(" + (text == null ? "all" : text) + ") failed: "
              + e.text(client.controller().version()));
      return 1;
    }
  }

}
