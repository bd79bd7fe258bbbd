package org.slurmctldj.interop.cloud;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * Reads a request of the EC2 Query protocol into the SDK's own class for it, by that class's own description of its
 * members. A parameter that the class does not know is an error, as in EC2.
 */
final class QueryShape {
  /** name=value pairs as a tree over the dots of the names. */
  private static final class Node {
    private String value;
    private final Map<String, Node> children = new TreeMap<>();
  }

  static Map<String, String> form(String body) {
    Map<String, String> parameters = new TreeMap<>();
    for (String pair : body.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(
            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }

  /** Fills {@code builder} with all parameters but Action and Version. */
  static void read(Map<String, String> parameters, SdkPojo builder) {
    Node root = new Node();
    parameters.forEach(
        (name, value) -> {
          if (!name.equals("Action") && !name.equals("Version")) {
            Node at = root;
            for (String step : name.split("\\.")) {
              at = at.children.computeIfAbsent(step, _ -> new Node());
            }
            at.value = value;
          }
        });
    fill(root, builder, "");
  }

  private static void fill(Node node, SdkPojo builder, String path) {
    for (SdkField<?> field : builder.sdkFields()) {
      Node child = node.children.remove(field.locationName());
      if (child != null) {
        field.set(builder, value(child, field, path + field.locationName()));
      }
    }
    if (!node.children.isEmpty()) {
      throw new Ec2Fault("UnknownParameter", "The parameter " + path + node.children.keySet().iterator().next() + " is not recognized");
    }
  }

  private static Object value(Node node, SdkField<?> field, String path) {
    MarshallingType<?> type = field.marshallingType();
    if (type == MarshallingType.LIST) {
      return list(node, field.getTrait(ListTrait.class).memberFieldInfo(), path);
    }
    if (type == MarshallingType.SDK_POJO) {
      SdkPojo inner = field.constructor().get();
      fill(node, inner, path + ".");
      return ((Buildable) inner).build();
    }
    if (node.value == null || !node.children.isEmpty()) {
      throw new Ec2Fault("InvalidParameterValue", path + " is not a single value");
    }
    try {
      return scalar(node.value, type);
    } catch (RuntimeException e) {
      throw new Ec2Fault("InvalidParameterValue", "Value (" + node.value + ") for parameter " + path + " is invalid");
    }
  }

  private static List<Object> list(Node node, SdkField<?> member, String path) {
    Map<Integer, Node> ordered = new TreeMap<>();
    node.children.forEach(
        (number, child) -> {
          if (!number.matches("[1-9][0-9]{0,5}")) {
            throw new Ec2Fault("InvalidParameterValue", path + "." + number + " is not numbered");
          }
          ordered.put(Integer.valueOf(number), child);
        });
    List<Object> values = new ArrayList<>();
    ordered.forEach((number, child) -> values.add(value(child, member, path + "." + number)));
    return values;
  }

  private static Object scalar(String text, MarshallingType<?> type) {
    if (type == MarshallingType.STRING) {
      return text;
    }
    if (type == MarshallingType.INTEGER) {
      return Integer.valueOf(text);
    }
    if (type == MarshallingType.LONG) {
      return Long.valueOf(text);
    }
    if (type == MarshallingType.DOUBLE) {
      return Double.valueOf(text);
    }
    if (type == MarshallingType.BOOLEAN) {
      if (!text.equals("true") && !text.equals("false")) {
        throw new IllegalArgumentException(text);
      }
      return Boolean.valueOf(text);
    }
    if (type == MarshallingType.INSTANT) {
      return Instant.parse(text);
    }
    throw new UnsupportedOperationException("members of type " + type + " do not occur in requests that the fake knows");
  }

  private QueryShape() {}
}
