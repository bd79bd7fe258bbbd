package org.slurmctldj.proto.conf;

/**
 * One option of a list key such as SlurmctldParameters: a row of {@code slurm-conf-options.tsv}.
 *
 * @param since first release that has it, counted from 22.05 on
 * @param until last release, or "-"
 */
public record ConfOption(
    String key, String name, boolean takesValue, String since, String until, ConfKey.Support support, String note) {}
