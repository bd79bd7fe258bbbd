package org.slurmctldj.config;

import java.util.List;
import java.util.Locale;
import org.slurmctldj.proto.conf.ConfTime;
import org.slurmctldj.proto.conf.SlurmConf;

/**
 * Values of a slurm.conf as a controller of one release would answer them: what is not set has that
 * release's default. One object per answer.
 */
final class ReleaseValues {
  private final SlurmConf conf;
  private final int version;

  /** @param version protocol version of the reader, 38 (22.05) to 45 (26.05) */
  ReleaseValues(SlurmConf conf, int version) {
    this.conf = conf;
    this.version = version;
  }

  int version() {
    return version;
  }

  SlurmConf conf() {
    return conf;
  }

  /** Null if it is not set: a wire string. */
  String text(String key) {
    return conf.text(key).orElse(null);
  }

  String text(String key, String otherwise) {
    return conf.text(key).orElse(otherwise);
  }

  long number(String key, long otherwise) {
    return conf.number(key, otherwise);
  }

  /**
   * The name of a plugin. Until 23.02 "none" was a plugin of its own and the default, from 23.11 on
   * it is the absence of one.
   *
   * @param family what stands before the slash
   */
  String plugin(String key, String family) {
    String text = conf.text(key).orElse(null);
    boolean none = text == null || text.equalsIgnoreCase("none") || text.endsWith("/none");
    if (version < 40) {
      return text == null ? family + "/none" : text;
    }
    return none ? null : text;
  }

  /** Values of a key of which each line counts from 24.05 on; before, the last one. */
  String[] list(String key) {
    List<String> values = conf.list(key);
    if (version < 41 && values.size() > 1) {
      return new String[] {values.get(values.size() - 1)};
    }
    return values.toArray(String[]::new);
  }

  /** Seconds of a duration whose bare number is minutes. */
  long seconds(String key, long otherwise) {
    return conf.text(key).map(ConfTime::seconds).orElse(otherwise);
  }

  boolean is(String key, String value) {
    return conf.text(key).map(text -> text.toLowerCase(Locale.ROOT)).orElse("").equals(value);
  }
}
