package org.slurmctldj.config.pools;

import java.util.List;
import java.util.Map;

/** A queue of pools.yaml: a partition over groups. */
public record QueueConf(String name, List<String> groups, Map<String, String> settings, int line) {}
