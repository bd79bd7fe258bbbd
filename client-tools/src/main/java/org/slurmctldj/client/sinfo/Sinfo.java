package org.slurmctldj.client.sinfo;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Console;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.text.Format;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.client.text.NodeStates;
import org.slurmctldj.client.text.Units;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.slurm.NodeInfoRequest;
import org.slurmctldj.proto.slurm.NodeInfoResponse;
import org.slurmctldj.proto.slurm.PartitionInfo;
import org.slurmctldj.proto.slurm.PartitionInfoRequest;
import org.slurmctldj.proto.slurm.PartitionInfoResponse;

/** sinfo: partitions and their nodes as a table. */
public final class Sinfo {
  private static final int REQUEST_NODE_INFO = 2007;
  private static final int REQUEST_PARTITION_INFO = 2009;
  private static final int SHOW_ALL = 1;
  private static final int SHOW_DETAIL = 1 << 1;
  private static final int SHOW_MIXED = 1 << 3;
  private static final int SHOW_FUTURE = 1 << 7;
  private static final String BY_PARTITION = "#P,-t";
  private static final String BY_NODE = "N";

  private final Client client;
  private final Console console;
  private SinfoOptions options;

  public Sinfo(Client client) {
    this.client = client;
    this.console = client.console();
  }

  /** Gives the exit status. */
  public int run() {
    client.conf();
    options = SinfoOptions.parse(client, client.release());
    int status = 0;
    while (true) {
      if (!options.noHeader && (options.iterate > 0 || options.verbose > 0 || options.longListing)) {
        long now = System.currentTimeMillis() / 1000;
        console.println(clock(now).ctime(now));
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

  private LocalTime clock(long now) {
    return LocalTime.of(client.env("SLURM_TIME_FORMAT"), now, client.program(), console);
  }

  private boolean report() {
    String doing = options.reservations ? "slurm_load_reservations" : "slurm_load_partitions";
    try {
      if (options.reservations) {
        new Reservations(client).print(!options.noHeader, clock(System.currentTimeMillis() / 1000));
        return true;
      }
      List<PartitionInfo> partitions = partitions();
      doing = "slurm_load_node";
      print(partitions, nodes(asksForGresUsed()));
      return true;
    } catch (RequestFailed e) {
      console.complain(doing + ": " + e.text(client.controller().version()));
      return false;
    }
  }

  private List<PartitionInfo> partitions() {
    PartitionInfoRequest request = new PartitionInfoRequest().showFlags(options.all ? SHOW_ALL : 0);
    return PartitionInfoResponse.read(
            client.controller().ask(REQUEST_PARTITION_INFO, request).body(), client.controller().number())
        .partitions();
  }

  private boolean asksForGresUsed() {
    return options.formatNames != null && options.formatNames.toLowerCase(java.util.Locale.ROOT).contains("gresused");
  }

  private List<NodeInfo> nodes(boolean detail) {
    int flags = (options.all ? SHOW_ALL : 0) | (detail ? SHOW_DETAIL : 0) | SHOW_MIXED | (options.future ? SHOW_FUTURE : 0);
    List<NodeInfo> nodes =
        NodeInfoResponse.read(
                client.controller().ask(REQUEST_NODE_INFO, new NodeInfoRequest().showFlags(flags)).body(),
                client.controller().number())
            .nodes();
    for (NodeInfo node : nodes) {
      if (node != null) {
        mix(node);
      }
    }
    return nodes;
  }

  /** Older controllers leave it to clients to see that a node is partly allocated. */
  private void mix(NodeInfo node) {
    long total = node.cpusEfctv() != 0 ? node.cpusEfctv() : node.cpus();
    boolean whole = node.allocCpus() == 0 || node.allocCpus() >= total;
    boolean leftOut = options.old && NodeStates.has(node.nodeState(), NodeStates.DRAIN);
    if (!whole && !leftOut && NodeStates.base(node.nodeState()) != NodeStates.DOWN) {
      node.nodeState(node.nodeState() & ~(long) NodeStates.BASE | NodeStates.MIXED);
    }
  }

  private void print(List<PartitionInfo> partitions, List<NodeInfo> nodes) {
    Format<NodeField> format = format(partitions, members(partitions, nodes));
    Set<NodeField> fields = EnumSet.noneOf(NodeField.class);
    for (Format.Item<NodeField> item : format.items()) {
      if (item.field() != null) {
        fields.add(item.field());
      }
    }
    List<Row> rows = rows(partitions, nodes, new Grouping(fields, options.exact, options.byNode));
    RowTexts texts =
        new RowTexts(
            options.noConvert ? Units.Style.RAW : Units.Style.EXACT,
            clock(System.currentTimeMillis() / 1000),
            client.names(),
            SinfoFormats.preemptMode(client.conf().text("PreemptMode", "OFF")));
    RowOrder.sort(rows, options.sort != null ? options.sort : options.byNode ? BY_NODE : BY_PARTITION, texts);
    if (!options.noHeader) {
      for (Format.Item<NodeField> item : format.items()) {
        heading(item);
      }
      console.print("\n");
    }
    for (Row row : rows) {
      for (Format.Item<NodeField> item : format.items()) {
        print(item, item.field() == null ? null : texts.of(item.field(), row));
      }
      console.print("\n");
    }
  }

  /** On the right, the heading of a list of nodes is never cut. */
  private void heading(Format.Item<NodeField> item) {
    if (item.field() == null) {
      console.print(item.column().suffix());
      return;
    }
    boolean whole = item.column().right() && (item.field() == NodeField.NODELIST || item.field() == NodeField.HOSTNAMES || item.field() == NodeField.NODE_ADDR);
    item.column().print(console, item.field().heading, !whole);
  }

  private void print(Format.Item<NodeField> item, String value) {
    if (item.field() == null) {
      console.print(item.column().suffix());
      return;
    }
    int width = item.column().width();
    boolean star = item.field() == NodeField.PARTITION && value.endsWith("*");
    // the star of the default partition stays
    item.column().print(console, star && width > 0 && value.length() > width ? value.substring(0, width - 1) + "*" : value);
  }

  // ---- lines

  private List<Row> rows(List<PartitionInfo> partitions, List<NodeInfo> nodes, Grouping grouping) {
    List<Row> rows = new ArrayList<>();
    for (int p = 0; p < partitions.size(); p++) {
      PartitionInfo partition = partitions.get(p);
      if (options.partitions != null && !options.partitions.contains(partition.name())) {
        continue;
      }
      boolean any = false;
      for (int n = 0; partition.nodeInx() != null && n < nodes.size(); n++) {
        if (n >= partition.nodeInx().size() || !partition.nodeInx().get(n)) {
          continue;
        }
        NodeInfo node = nodes.get(n);
        if (node == null || node.name() == null || node.name().isEmpty() || !options.shows(node)) {
          continue;
        }
        any = true;
        insert(rows, partition, p, node, grouping);
      }
      if (!any && !options.byNode && !options.listReasons) {
        insertEmpty(rows, partition, p, grouping);
      }
    }
    return rows;
  }

  private void insert(List<Row> rows, PartitionInfo partition, int index, NodeInfo node, Grouping grouping) {
    for (Row row : rows) {
      if (grouping.samePartition(row.partition, partition) && !row.isEmpty() && grouping.sameNodes(row, node)) {
        row.add(node);
        return;
      }
    }
    Row row = new Row(partition, index);
    row.add(node);
    rows.add(row);
  }

  private void insertEmpty(List<Row> rows, PartitionInfo partition, int index, Grouping grouping) {
    for (Row row : rows) {
      if (grouping.samePartition(row.partition, partition)) {
        return;
      }
    }
    rows.add(new Row(partition, index));
  }

  // ---- columns

  /** The nodes of the partitions that are listed. */
  private List<NodeInfo> members(List<PartitionInfo> partitions, List<NodeInfo> nodes) {
    List<NodeInfo> members = new ArrayList<>();
    for (int n = 0; n < nodes.size(); n++) {
      for (PartitionInfo p : partitions) {
        boolean listed = options.partitions == null || options.partitions.contains(p.name());
        if (listed && p.nodeInx() != null && n < p.nodeInx().size() && p.nodeInx().get(n)) {
          members.add(nodes.get(n));
          break;
        }
      }
    }
    return members;
  }

  private Format<NodeField> format(List<PartitionInfo> partitions, List<NodeInfo> nodes) {
    Format.Fields<NodeField> fields = SinfoFormats.fields(options.old);
    if (options.formatNames != null) {
      return Format.ofNames(options.formatNames, fields, client.program(), console);
    }
    String letters = options.format != null ? options.format : SinfoFormats.standard(options, partitions, nodes);
    return Format.ofLetters(letters, fields, client.program(), console);
  }

  private static void pause(int seconds) {
    try {
      Thread.sleep(seconds * 1000L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
