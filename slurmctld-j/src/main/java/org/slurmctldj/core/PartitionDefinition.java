package org.slurmctldj.core;

import java.util.List;

/**
 * One partition as slurm.conf defines it.
 *
 * @param nodes indexes into {@link ClusterConfig#nodes()}, ascending
 * @param nodesText the line's Nodes= text as clients show it
 * @param flags Slurm's partition flags (DEFAULT bit0, HIDDEN bit1, NO_ROOT bit2, ROOT_ONLY bit3,
 *     REQ_RESV bit4, LLN bit5, EXCLUSIVE_USER bit6, PDOI bit7)
 * @param state state_up: UP 3, DOWN 1, DRAIN 2, INACTIVE 0
 * @param maxTime minutes or INFINITE
 * @param defaultTime minutes, INFINITE, or NO_VAL for "as maxTime"
 * @param maxNodes INFINITE for no limit
 * @param maxShare Slurm's OverSubscribe number: 1 NO, 0 EXCLUSIVE, n YES:n, 0x8000|n FORCE:n
 * @param defMemory MiB per node, or per CPU with bit 63; 0 unlimited
 * @param maxMemory as defMemory
 * @param allowGroups null for ALL
 * @param allowUids the uids that AllowGroups resolves to (by the front door), null for all
 * @param allowAccounts null for ALL; likewise the following lists
 */
public record PartitionDefinition(
    String name,
    int[] nodes,
    String nodesText,
    long flags,
    int state,
    long maxTime,
    long defaultTime,
    long minNodes,
    long maxNodes,
    long maxCpusPerNode,
    int maxShare,
    int priorityTier,
    int priorityJobFactor,
    int overTimeLimit,
    int preemptMode,
    int graceTime,
    long defMemory,
    long maxMemory,
    String alternate,
    List<String> allowGroups,
    long[] allowUids,
    List<String> allowAccounts,
    List<String> denyAccounts,
    List<String> allowQos,
    List<String> denyQos,
    List<String> allowAllocNodes,
    String qos) {
  public static final long FLAG_DEFAULT = 1;
  public static final long FLAG_HIDDEN = 1 << 1;
  public static final long FLAG_NO_ROOT = 1 << 2;
  public static final long FLAG_ROOT_ONLY = 1 << 3;
  public static final int STATE_SUBMIT = 1;
  public static final int STATE_SCHED = 2;
  public static final int STATE_UP = 3;

  /** Minutes that a job gets here without a time limit of its own; INFINITE for no limit. */
  public long defaultMinutes() {
    return defaultTime == SlurmNumbers.NO_VAL ? maxTime : defaultTime;
  }

  public boolean isDefault() {
    return (flags & FLAG_DEFAULT) != 0;
  }
}
