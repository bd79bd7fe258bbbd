package org.slurmctldj.rpc.handlers;

/** Where mail about a job goes whose owner gave no address. */
final class MailAddress {
  private MailAddress() {}

  /** "alice@example.org" with MailDomain, else the name alone; "" where the name is not known. */
  static String ofUser(Controller c, String name) {
    String domain = c.settings().mailDomain();
    return name == null ? "" : domain == null || domain.isEmpty() ? name : name + "@" + domain;
  }
}
