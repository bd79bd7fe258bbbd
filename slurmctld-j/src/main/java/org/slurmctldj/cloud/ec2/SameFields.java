package org.slurmctldj.cloud.ec2;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * Copies between two of the SDK's shapes that say the same under the same member names, as a template's network interface
 * and a request's. Nothing is lost on the way: a member that the target lacks is an error.
 */
final class SameFields {

  /**
   * @param builder of the target
   * @throws IllegalArgumentException naming the member that the target lacks
   */
  static void copy(SdkPojo from, SdkPojo builder) {
    Map<String, SdkField<?>> targets = new HashMap<>();
    builder.sdkFields().forEach(f -> targets.put(f.memberName(), f));
    for (SdkField<?> field : from.sdkFields()) {
      Object value = field.getValueOrDefault(from);
      if (value == null || value instanceof SdkAutoConstructList<?>) {
        continue;
      }
      SdkField<?> target = targets.get(field.memberName());
      if (target == null) {
        throw new IllegalArgumentException(field.memberName() + " cannot be set when instances are started");
      }
      target.set(builder, converted(value, target));
    }
  }

  private static Object converted(Object value, SdkField<?> target) {
    return switch (value) {
      case SdkPojo pojo -> shape(pojo, target);
      case List<?> list -> {
        SdkField<?> member = target.getTrait(ListTrait.class).memberFieldInfo();
        List<Object> out = new ArrayList<>();
        list.forEach(v -> out.add(converted(v, member)));
        yield out;
      }
      default -> value;
    };
  }

  private static Object shape(SdkPojo from, SdkField<?> target) {
    SdkPojo builder = target.constructor().get();
    copy(from, builder);
    return ((Buildable) builder).build();
  }

  private SameFields() {}
}
