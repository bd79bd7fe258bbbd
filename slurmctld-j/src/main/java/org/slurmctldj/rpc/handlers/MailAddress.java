package org.slurmctldj.rpc.handlers;

import java.util.Optional;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.MailRecipients;

/** Where mail about a job goes. */
final class MailAddress {
  private MailAddress() {}

  /** Why mail cannot go to whom the request names; empty if it names nobody, or somebody. */
  static Optional<String> refused(JobFields f) {
    String to = f.text(JobField.MAIL_USER);
    return to == null || to.isEmpty() || MailRecipients.acceptable(to)
        ? Optional.empty()
        : Optional.of("--mail-user=" + to + " is not supported: it is no address");
  }

  /** "alice@example.org" with MailDomain, else the name alone; "" where the name is not known. */
  static String ofUser(Controller c, String name) {
    String domain = c.settings().mailDomain();
    return name == null ? "" : domain == null || domain.isEmpty() ? name : name + "@" + domain;
  }
}
