package org.slurmctldj.client.text;

import java.util.List;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.HostlistException;

/** Host lists as client tables need them. What is no host list is left as it is. */
public final class HostNames {
  /** The shortest form, sorted, no name twice. */
  public static String compressed(String list) {
    if (list.indexOf(',') < 0 && list.indexOf('[') < 0) {
      return list;
    }
    try {
      return Hostlist.parse(list).sorted().unique().toString();
    } catch (HostlistException e) {
      return list;
    }
  }

  public static int count(String list) {
    try {
      return Hostlist.parse(list).unique().count();
    } catch (HostlistException e) {
      return 0;
    }
  }

  /** The names one by one; null when it is no host list. */
  public static List<String> tryExpand(String list) {
    try {
      return Hostlist.parse(list).toList();
    } catch (HostlistException e) {
      return null;
    }
  }

  public static boolean intersect(String list, List<String> hosts) {
    if (list == null || list.isEmpty()) {
      return false;
    }
    try {
      Hostlist parsed = Hostlist.parse(list);
      for (String host : hosts) {
        if (parsed.contains(host)) {
          return true;
        }
      }
      return false;
    } catch (HostlistException e) {
      return false;
    }
  }

  /** Orders lists by their first names: prefix first, then the number behind it. */
  public static int compareFirst(String a, String b) {
    return compare(first(a), first(b));
  }

  private static String first(String list) {
    try {
      Hostlist parsed = Hostlist.parse(list);
      return parsed.isEmpty() ? "" : parsed.iterator().next();
    } catch (HostlistException e) {
      return list;
    }
  }

  /** Names by prefix, then by the number at their end. */
  public static int compare(String a, String b) {
    int endA = prefix(a);
    int endB = prefix(b);
    int prefix = a.substring(0, endA).compareTo(b.substring(0, endB));
    if (prefix != 0) {
      return prefix;
    }
    String numberA = a.substring(endA);
    String numberB = b.substring(endB);
    if (numberA.isEmpty() || numberB.isEmpty()) {
      return numberA.length() - numberB.length();
    }
    int number = new java.math.BigInteger(numberA).compareTo(new java.math.BigInteger(numberB));
    return number != 0 ? number : numberA.length() - numberB.length();
  }

  private static int prefix(String name) {
    int end = name.length();
    while (end > 0 && name.charAt(end - 1) >= '0' && name.charAt(end - 1) <= '9') {
      end--;
    }
    return end;
  }

  private HostNames() {}
}
