package org.slurmctldj.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.slurmctldj.proto.conf.ConfTime;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * What Slurm refuses though key and number are well-formed: limits, words, keys that need another.
 * Found by giving 22.05.8 and 24.11.5 each key with many values; the sentences are theirs.
 */
final class ValueRules {
  private static final Map<String, String> REMOVED =
      Map.of(
          "AccountingStorageLoc",
          "The AccountingStorageLoc option has been removed. It is safe to remove from your configuration.",
          "AccountingStoreJobComment",
          "The AccountingStoreJobComment option has been removed, please use AccountingStoreFlags=job_comment option instead.",
          "SallocDefaultCommand",
          "SallocDefaultCommand has been removed. Please consider setting LaunchParameters=use_interactive_step instead.");
  private static final List<String> RESET_PERIODS =
      List.of("NONE", "NOW", "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "YEARLY");

  private final SlurmConf conf;
  private final BiConsumer<String, String> refuse;

  private ValueRules(SlurmConf conf, BiConsumer<String, String> refuse) {
    this.conf = conf;
    this.refuse = refuse;
  }

  /** @param refuse takes the key and the sentence */
  static void check(SlurmConf conf, BiConsumer<String, String> refuse) {
    ValueRules rules = new ValueRules(conf, refuse);
    new TreeMap<>(REMOVED).forEach((key, sentence) -> rules.when(key, conf.token(key).isPresent(), sentence));
    rules.numbers();
    rules.priority();
    rules.companions();
  }

  private void when(String key, boolean bad, String sentence) {
    if (bad) {
      refuse.accept(key, sentence);
    }
  }

  private String value(String key) {
    return conf.text(key).orElse("");
  }

  private void numbers() {
    when("FirstJobId", conf.number("FirstJobId", 1) == 0, "FirstJobId cannot be zero");
    when("MaxJobCount", conf.number("MaxJobCount", 1) == 0, "MaxJobCount=0, No jobs permitted");
    when("MaxStepCount", conf.number("MaxStepCount", 1) == 0, "MaxStepCount=0, No steps permitted");
    long messages = conf.number("MaxDBDMsgs", 10_000);
    when("MaxDBDMsgs", messages < 10_000, "MaxDBDMsgs value (" + messages + ") needs to be greater than 10000");
    when(
        "PropagatePrioProcess",
        conf.number("PropagatePrioProcess", 0) > 2,
        "Bad PropagatePrioProcess: " + conf.number("PropagatePrioProcess", 0));
    for (String path : conf.options("BcastExclude").items()) {
      if (!path.startsWith("/") && !path.equalsIgnoreCase("none")) {
        refuse.accept("BcastExclude", "Invalid path for BcastExclude: " + path);
        break;
      }
    }
    for (String key : List.of("SlurmctldDebug", "SlurmdDebug", "SlurmctldSyslogDebug", "SlurmdSyslogDebug")) {
      when(key, conf.token(key).isPresent() && value(key).isEmpty(), "Invalid " + key + " ");
    }
    boolean exempt = conf.token("PreemptExemptTime").isPresent();
    when(
        "PreemptExemptTime",
        exempt && ConfTime.seconds(value("PreemptExemptTime")) < 0,
        "PreemptExemptTime=" + value("PreemptExemptTime") + " invalid");
  }

  private void priority() {
    time("PriorityDecayHalfLife", true);
    time("PriorityMaxAge", true);
    time("PriorityCalcPeriod", false);
    String period = value("PriorityUsageResetPeriod");
    boolean given = conf.token("PriorityUsageResetPeriod").isPresent();
    when(
        "PriorityUsageResetPeriod",
        given && !RESET_PERIODS.contains(period.toUpperCase(Locale.ROOT)),
        "Bad value \"" + period + "\" for PriorityUsageResetPeriod");
    boolean never = !given || period.equalsIgnoreCase("NONE");
    when(
        "PriorityDecayHalfLife",
        never && conf.token("PriorityDecayHalfLife").isPresent() && ConfTime.seconds(value("PriorityDecayHalfLife")) == 0,
        "You have to either have PriorityDecayHalfLife != 0 or PriorityUsageResetPeriod set to something or the"
            + " priority plugin will result in rolling over.");
  }

  /** A duration; {@code anyLength}: 0 and INFINITE are durations, too. */
  private void time(String key, boolean anyLength) {
    if (conf.token(key).isPresent()) {
      long seconds = ConfTime.seconds(value(key));
      boolean bad = seconds < 0 || !anyLength && (seconds == 0 || seconds == SlurmConstants.INFINITE);
      when(key, bad, "Bad value \"" + value(key) + "\" for " + key);
    }
  }

  private void companions() {
    boolean mcs = !value("MCSPlugin").isEmpty() && !value("MCSPlugin").endsWith("none");
    when(
        "MCSParameters",
        conf.token("MCSParameters").isPresent() && !mcs,
        "MCSParameters=" + value("MCSParameters") + " used and no MCSPlugin");
    when(
        "SlurmSchedLogLevel",
        conf.number("SlurmSchedLogLevel", 0) != 0 && value("SlurmSchedLogFile").isEmpty(),
        "SlurmSchedLogLevel requires SlurmSchedLogFile value");
  }
}
