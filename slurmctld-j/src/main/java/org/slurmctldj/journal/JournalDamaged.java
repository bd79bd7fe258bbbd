package org.slurmctldj.journal;

/**
 * What is on disk cannot be what was acknowledged: a damaged or missing record that later records
 * prove to have been durable, a foreign format, a gap. The daemon does not start on it; the message
 * says where and what an admin can do.
 */
public final class JournalDamaged extends RuntimeException {
  private static final long serialVersionUID = 1;

  public JournalDamaged(String message) {
    super(message);
  }
}
