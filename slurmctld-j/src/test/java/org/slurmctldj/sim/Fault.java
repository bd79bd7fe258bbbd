package org.slurmctldj.sim;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What can go wrong. Each can be on or off; off, the world is kind in that respect. */
enum Fault {
  /** The controller dies at any moment: unsynced records are lost from a random place on, the last one torn. */
  CONTROLLER_CRASH,
  /** fdatasync takes up to seconds. */
  SLOW_DISK,
  /** The journal refuses commands for a while: overloaded or full. Commands that may use the reserve pass a full disk. */
  JOURNAL_REFUSES,
  /** An outbox runs over: its effects are lost and its listener derives its work from the state. */
  EFFECTS_LOST,
  /** slurmd-agent dies; jobs and shepherds go on; it comes back. */
  AGENT_CRASH,
  /** A node loses power, with or without its spool, and comes back under another boot id. */
  NODE_REBOOT,
  /** A stream breaks: the tail of either direction is lost, either side notices late. */
  STREAM_BREAK,
  /** Messages arrive a second time, up to half a minute later. */
  DUPLICATE,
  /** Messages and threads are now and then very slow. */
  DELAY,
  /** Jobs that ignore SIGTERM, cannot be killed for minutes, leave processes behind, cannot be launched. */
  STUBBORN_JOB,
  /** Admins set nodes down, drain and resume them. */
  ADMIN,
  /** slurm.conf changes: nodes in another order, other limits. */
  RECONFIGURE,
  /** The controller's wall clock jumps. */
  CLOCK,
  /** The cloud has no instances of a zone, or of all, for a while. */
  CLOUD_SHORTAGE,
  /** Instances that boot very slowly, or never. */
  CLOUD_BOOT,
  /** Instances that die, while they boot or under jobs. */
  CLOUD_DEATH,
  /** The cloud shows new instances late and ended ones too long. */
  CLOUD_LATE,
  /** Calls to the cloud that never arrive, whose answer is lost, or that are refused for their number. */
  CLOUD_CALLS,
  /** Orders that are carried out when nobody waits for them any more, or twice: machines without an owner. */
  CLOUD_ORPHANS,
  /** Lists that leave out machines that live, or show new ones without their tags. */
  CLOUD_LISTS;

  /** "all", "none" or a comma-separated list. */
  static Set<Fault> parse(String text) {
    if (text.equals("all")) {
      return EnumSet.allOf(Fault.class);
    }
    EnumSet<Fault> out = EnumSet.noneOf(Fault.class);
    if (!text.equals("none")) {
      for (String word : text.split(",")) {
        out.add(valueOf(word.strip().toUpperCase(Locale.ROOT).replace('-', '_')));
      }
    }
    return out;
  }
}
