package org.slurmctldj.core;

/**
 * What {@code scontrol create} or {@code update partitionname=} asks for. Null leaves a text alone and
 * "" or ALL clears a list; a number is left alone by NO_VAL ({@code defMemory} and {@code maxMemory} by
 * NO_VAL64, {@code flags} by 0).
 *
 * @param nodes a host list, ALL, or "" for none
 * @param allowUids what {@code allowGroups} resolves to (by the front door), null for all
 * @param flags Slurm's partition flags; the bits that clear one are 8 above it
 * @param state state_up: UP 3, DOWN 1, DRAIN 2, INACTIVE 0
 */
public record PartitionChanges(
    String name,
    String nodes,
    String allowGroups,
    long[] allowUids,
    String allowAccounts,
    String denyAccounts,
    String allowQos,
    String denyQos,
    String allowAllocNodes,
    String alternate,
    String qos,
    long flags,
    long state,
    long maxTime,
    long defaultTime,
    long minNodes,
    long maxNodes,
    long maxCpusPerNode,
    long maxShare,
    long priorityTier,
    long priorityJobFactor,
    long overTimeLimit,
    long preemptMode,
    long graceTime,
    long defMemory,
    long maxMemory) {}
