package org.slurmctldj.cloud.ec2;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slurmctldj.cloud.CapacityOption;
import org.slurmctldj.cloud.Instance;
import org.slurmctldj.cloud.LaunchOrder;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.HostlistException;
import software.amazon.awssdk.services.ec2.model.InstanceLifecycleType;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * What an order writes on its instances, and how it is read back: one request starts many instances with the same tags, so
 * the tags hold the names of all, and an instance's launch index says which is its own. Nothing needs to be tagged later,
 * and what was started is known from the cloud alone.
 */
final class OrderTags {
  static final String CLUSTER = "slurmctld-j:cluster";
  static final String GROUP = "slurmctld-j:group";
  static final String ORDER = "slurmctld-j:order";
  /** Host list; where it is longer than a tag, it goes on in slurmctld-j:nodes.1, .2 … */
  static final String NODES = "slurmctld-j:nodes";

  private static final String OURS = "slurmctld-j:";
  private static final int LONGEST_VALUE = 256;

  /**
   * Host lists by their text: the instances of an order all carry the same, and an inventory of thousands is read every few
   * seconds. Dropped as a whole when there are too many.
   */
  private static final Map<String, List<String>> LISTS = new ConcurrentHashMap<>();

  private static final int MOST_LISTS = 1_000;
  /** Of 50, some are the admin's. */
  private static final int MOST_NODE_TAGS = 24;

  /**
   * @param fromTemplate the launch template's, which the group's replace by name
   * @throws IllegalArgumentException a sentence
   */
  static List<Tag> of(String cluster, LaunchOrder order, Map<String, String> fromTemplate) {
    Map<String, String> tags = new java.util.TreeMap<>();
    tags.put("Name", order.group());
    tags.putAll(fromTemplate);
    tags.putAll(order.settings().tags());
    for (String name : tags.keySet()) {
      if (name.startsWith(OURS) || name.toLowerCase(Locale.ROOT).startsWith("aws:")) {
        throw new IllegalArgumentException("tag " + name + " is reserved");
      }
    }
    tags.put(CLUSTER, cluster);
    tags.put(GROUP, order.group());
    tags.put(ORDER, order.token());
    String nodes = Hostlist.of(order.nodes()).toString();
    int pieces = (nodes.length() + LONGEST_VALUE - 1) / LONGEST_VALUE;
    if (pieces > MOST_NODE_TAGS) {
      throw new IllegalArgumentException("the names of " + order.nodes().size() + " nodes do not fit into tags: order fewer at once");
    }
    for (int i = 0; i < pieces; i++) {
      int to = Math.min(nodes.length(), (i + 1) * LONGEST_VALUE);
      tags.put(i == 0 ? NODES : NODES + "." + i, nodes.substring(i * LONGEST_VALUE, to));
    }
    List<Tag> list = new ArrayList<>();
    tags.forEach((k, v) -> list.add(Tag.builder().key(k).value(v).build()));
    return list;
  }

  static Instance instance(software.amazon.awssdk.services.ec2.model.Instance i) {
    Map<String, String> tags = new HashMap<>();
    i.tags().forEach(t -> tags.put(t.key(), t.value()));
    return new Instance(
        i.instanceId(),
        tags.get(GROUP),
        node(tags, i.amiLaunchIndex()),
        i.instanceTypeAsString(),
        i.placement() == null ? null : i.placement().availabilityZone(),
        market(i),
        state(i),
        i.privateIpAddress(),
        i.privateDnsName() == null || i.privateDnsName().isEmpty() ? null : i.privateDnsName(),
        i.launchTime() == null ? 0 : i.launchTime().toEpochMilli(),
        tags.get(ORDER));
  }

  private static String node(Map<String, String> tags, Integer index) {
    String first = tags.get(NODES);
    if (first == null || index == null) {
      return null;
    }
    StringBuilder text = new StringBuilder(first);
    for (int i = 1; tags.containsKey(NODES + "." + i); i++) {
      text.append(tags.get(NODES + "." + i));
    }
    List<String> names = names(text.toString());
    return index >= 0 && index < names.size() ? names.get(index) : null;
  }

  private static List<String> names(String text) {
    if (LISTS.size() > MOST_LISTS) {
      LISTS.clear();
    }
    return LISTS.computeIfAbsent(text, t -> {
      try {
        return List.copyOf(Hostlist.parse(t).toList());
      } catch (HostlistException e) {
        // somebody else has written it: an instance of no node
        return List.of();
      }
    });
  }

  private static CapacityOption.Market market(software.amazon.awssdk.services.ec2.model.Instance i) {
    if (i.instanceLifecycle() == InstanceLifecycleType.SPOT) {
      return CapacityOption.Market.SPOT;
    }
    return i.capacityReservationId() == null ? CapacityOption.Market.ON_DEMAND : CapacityOption.Market.RESERVED;
  }

  private static Instance.State state(software.amazon.awssdk.services.ec2.model.Instance i) {
    return switch (i.state() == null ? "pending" : i.state().nameAsString()) {
      case "running" -> Instance.State.RUNNING;
      case "shutting-down" -> Instance.State.SHUTTING_DOWN;
      case "terminated" -> Instance.State.TERMINATED;
      case "stopping" -> Instance.State.STOPPING;
      case "stopped" -> Instance.State.STOPPED;
      default -> Instance.State.PENDING;
    };
  }

  private OrderTags() {}
}
