package org.slurmctldj.proto.conf;

/**
 * One key of slurm.conf: a row of {@link ConfKeyRows}.
 *
 * @param scope the line it belongs to
 * @param name as Slurm writes it
 * @param since first release that has it, counted from 22.05 on (older keys say 22.05)
 * @param until last release whose parser takes it, or "-"
 * @param defunct release from which Slurm takes it but ignores it with an error line, or "-"
 * @param type what its value must look like
 * @param support what this product does with it
 * @param harmless values ("a|b", "-" = none). HONOURED: those that are, if there are any; else those
 *     that ask for nothing that is not done anyway
 * @param defaultValue Slurm's default in slurm.conf's own words; "R:a;S:b" where it depends on the
 *     release (a from release R on); "-" = none
 * @param note one sentence for the compatibility table, may be empty
 */
public record ConfKey(
    Scope scope,
    String name,
    String since,
    String until,
    String defunct,
    Type type,
    Support support,
    String harmless,
    String defaultValue,
    String note) {

  /** The kind of line a key may stand on. */
  public enum Scope {
    /** A line of its own. */
    CONF("conf"),
    NODE("node"),
    PARTITION("partition"),
    NODESET("nodeset"),
    DOWNNODES("downnodes"),
    FRONTEND("frontend"),
    POWERACTION("poweraction");

    private final String word;

    Scope(String word) {
      this.word = word;
    }

    /** As the table writes it. */
    String word() {
      return word;
    }
  }

  /** Slurm's closed set of value types. */
  public enum Type {
    STRING,
    UINT16,
    UINT32,
    UINT64,
    BOOLEAN,
    /** Opens a line with keys of its own, such as NodeName; every such line counts. */
    LINE,
    /** A plain string of which every line counts, such as Prolog from 24.05 on. */
    LIST
  }

  /** What a daemon of ours does with the key. */
  public enum Support {
    /** Does what Slurm does. */
    HONOURED,
    /** Has no effect here and changes no result; one log line at start. */
    NO_EFFECT,
    /** Not implemented, but Slurm sites have it: a warning at start, no more. */
    WARN,
    /** Would change results: a value that is not harmless is fatal at start. */
    FATAL
  }

  /** Whether {@code value} asks for nothing that is not done. */
  public boolean isSupported(String value) {
    return switch (support) {
      case NO_EFFECT -> true;
      case HONOURED -> harmless.equals("-") || listed(value);
      case WARN, FATAL -> value.isEmpty() || value.equalsIgnoreCase("(null)") || listed(value);
    };
  }

  private boolean listed(String value) {
    for (String one : harmless.split("\\|")) {
      if (one.equalsIgnoreCase(value)) {
        return true;
      }
    }
    return false;
  }

  /** Slurm's default in {@code release} ("22.05"), or null if it has none. */
  public String defaultIn(String release) {
    if (defaultValue.equals("-")) {
      return null;
    }
    if (!defaultValue.contains(";")) {
      return defaultValue;
    }
    String found = null;
    for (String part : defaultValue.split(";")) {
      int colon = part.indexOf(':');
      if (part.substring(0, colon).compareTo(release) <= 0) {
        found = part.substring(colon + 1);
      }
    }
    return found;
  }
}
