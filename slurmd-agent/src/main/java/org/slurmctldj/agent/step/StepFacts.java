package org.slurmctldj.agent.step;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slurmctldj.agent.launch.KeyValueFile;

/**
 * What the agent must know of a step as long as it has something to tell about it, kept beside the step in the spool.
 *
 * @param sluid the job's 64-bit id of newer clients, 0 unknown
 * @param version 38 to 45: that of the launch, in which its srun and the controller are told
 * @param node this node's place in the step
 * @param respond where srun wants to be told; absent: nowhere
 * @param memoryMb the step's on this node, 0 none asked
 * @param shown the job's id as its user knows it: of a heterogeneous job its leader's
 * @param tree this node's place in the tree of the step's nodes
 * @param parent the node above; absent: the controller is
 * @param made when the controller made its credential, in its seconds; 0 unknown
 */
record StepFacts(
    StepKey key,
    long sluid,
    int version,
    long uid,
    long gid,
    long node,
    long nodes,
    long tasks,
    Optional<InetSocketAddress> respond,
    long memoryMb,
    long shown,
    long made,
    StepTree tree,
    Optional<Parent> parent,
    String bootId) {
  /**
   * A node and where its daemon listens.
   *
   * @param address as the step's credential says it; absent: as slurm.conf does
   */
  record Parent(String node, Optional<InetSocketAddress> address) {}

  private static final String FILE = "facts";

  byte[] bytes() {
    Map<String, String> values = new TreeMap<>();
    values.put("sluid", Long.toString(sluid));
    values.put("version", Integer.toString(version));
    values.put("uid", Long.toString(uid));
    values.put("gid", Long.toString(gid));
    values.put("node", Long.toString(node));
    values.put("nodes", Long.toString(nodes));
    values.put("tasks", Long.toString(tasks));
    values.put("memory_mb", Long.toString(memoryMb));
    values.put("shown", Long.toString(shown));
    values.put("made", Long.toString(made));
    values.put("boot_id", bootId);
    values.put("tree_below", Integer.toString(tree.below()));
    values.put("tree_height", Integer.toString(tree.height()));
    parent.ifPresent(above -> values.put("parent", above.node() + above.address().map(to -> " " + text(to)).orElse("")));
    respond.ifPresent(to -> values.put("respond", text(to)));
    return values.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue() + "\n")
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** @throws IOException there are none, or they cannot be read */
  static StepFacts read(StepKey key, Path directory) throws IOException {
    Map<String, String> values =
        KeyValueFile.read(directory.resolve(FILE)).orElseThrow(() -> new IOException("no " + FILE + " in " + directory));
    try {
      return new StepFacts(
          key,
          Long.parseLong(values.getOrDefault("sluid", "0")),
          Integer.parseInt(values.get("version")),
          Long.parseLong(values.get("uid")),
          Long.parseLong(values.get("gid")),
          Long.parseLong(values.get("node")),
          Long.parseLong(values.get("nodes")),
          Long.parseLong(values.get("tasks")),
          Optional.ofNullable(values.get("respond")).flatMap(StepFacts::address),
          Long.parseLong(values.getOrDefault("memory_mb", "0")),
          Long.parseLong(values.getOrDefault("shown", Long.toString(key.jobId()))),
          Long.parseLong(values.getOrDefault("made", "0")),
          new StepTree(
              Optional.empty(),
              Integer.parseInt(values.getOrDefault("tree_below", "0")),
              Integer.parseInt(values.getOrDefault("tree_height", "0"))),
          Optional.ofNullable(values.get("parent")).map(StepFacts::parent),
          values.getOrDefault("boot_id", ""));
    } catch (NumberFormatException e) {
      throw new IOException(FILE + " in " + directory + ": " + e.getMessage(), e);
    }
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + " " + address.getPort();
  }

  private static Parent parent(String text) {
    int end = text.indexOf(' ');
    return end < 0 ? new Parent(text, Optional.empty()) : new Parent(text.substring(0, end), address(text.substring(end + 1)));
  }

  /** "127.0.0.1 40001": no look-up. */
  static Optional<InetSocketAddress> address(String text) {
    String[] word = text.split(" ");
    try {
      return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(word[0]), Integer.parseInt(word[1])));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }
}
