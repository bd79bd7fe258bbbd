package org.slurmctldj.interop.cloud;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;

/** Writes one of the SDK's answers as EC2's XML, by the class's own description of its members. */
final class XmlShape {

  static String answer(String action, SdkPojo answer, String requestId) {
    StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.append('<').append(action).append("Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>").append(requestId).append("</requestId>");
    members(answer, out);
    return out.append("</").append(action).append("Response>").toString();
  }

  private static void members(SdkPojo pojo, StringBuilder out) {
    for (SdkField<?> field : pojo.sdkFields()) {
      Object value = field.getValueOrDefault(pojo);
      if (value != null && !(value instanceof SdkAutoConstructList<?>)) {
        element(field.unmarshallLocationName(), value, field, out);
      }
    }
  }

  private static void element(String name, Object value, SdkField<?> field, StringBuilder out) {
    out.append('<').append(name).append('>');
    switch (value) {
      case SdkPojo pojo -> members(pojo, out);
      case List<?> list -> {
        ListTrait trait = field.getTrait(ListTrait.class);
        list.forEach(v -> element(trait.memberLocationName(), v, trait.memberFieldInfo(), out));
      }
      case Instant at -> out.append(DateTimeFormatter.ISO_INSTANT.format(at.truncatedTo(ChronoUnit.MILLIS)));
      default -> out.append(escaped(value.toString()));
    }
    out.append("</").append(name).append('>');
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private XmlShape() {}
}
