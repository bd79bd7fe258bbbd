package org.slurmctldj.client.sinfo;

/** The columns of sinfo: heading, the letter of {@code -o}, the names of {@code -O}. Observed on 22.05.8 and 24.11.5. */
enum NodeField {
  ALLOC_MEM("ALLOCMEM", 0, "allocmem"),
  ALLOC_NODES("ALLOCNODES", 'S', "allocnodes"),
  AVAILABLE("AVAIL", 'a', "available"),
  CLUSTER("CLUSTER", 'V', "cluster"),
  COMMENT("COMMENT", 0, "comment"),
  CORES("CORES", 'Y', "cores"),
  CPUS("CPUS", 'c', "cpus"),
  CPU_LOAD("CPU_LOAD", 'O', "cpusload"),
  CPUS_STATE("CPUS(A/I/O/T)", 'C', "cpusstate"),
  DEFAULT_TIME("DEFAULTTIME", 'L', "defaulttime"),
  DISK("TMP_DISK", 'd', "disk"),
  EXTRA("EXTRA", 0, "extra"),
  FEATURES("AVAIL_FEATURES", 'f', "features"),
  FEATURES_ACTIVE("ACTIVE_FEATURES", 'b', "features_act"),
  FREE_MEM("FREE_MEM", 'e', "freemem"),
  GRES("GRES", 'G', "gres"),
  GRES_USED("GRES_USED", 0, "gresused"),
  GROUPS("GROUPS", 'g', "groups"),
  MAX_CPUS_PER_NODE("MAX_CPUS_PER_NODE", 'B', "maxcpuspernode"),
  MEMORY("MEMORY", 'm', "memory"),
  NODE_ADDR("NODE_ADDR", 'o', "nodeaddr"),
  NODES_AI("NODES(A/I)", 'A', "nodeai"),
  NODES_AIOT("NODES(A/I/O/T)", 'F', "nodeaiot"),
  HOSTNAMES("HOSTNAMES", 'n', "nodehost"),
  NODELIST("NODELIST", 'N', "nodelist"),
  NODES("NODES", 'D', "nodes"),
  OVERSUBSCRIBE("OVERSUBSCRIBE", 'h', "oversubscribe", "share"),
  /** With a star behind the default one. */
  PARTITION("PARTITION", 'P', "partition"),
  PARTITION_NAME("PARTITION", 'R', "partitionname"),
  PORT("PORT", 0, "port"),
  PREEMPT_MODE("PREEMPT_MODE", 'M', "preemptmode"),
  PRIORITY_JOB_FACTOR("PRIO_JOB_FACTOR", 'I', "priorityjobfactor"),
  PRIORITY_TIER("PRIO_TIER", 'p', "prioritytier", "priority"),
  REASON("REASON", 'E', "reason"),
  RESERVATION("RESERVATION", 'i', "reservation"),
  ROOT("ROOT", 'r', "root"),
  SIZE("JOB_SIZE", 's', "size"),
  SOCKETS_CORES_THREADS("S:C:T", 'z', "socketcorethread"),
  SOCKETS("SOCKETS", 'X', "sockets"),
  STATE_COMPACT("STATE", 't', "statecompact"),
  STATE_COMPLETE("STATECOMPLETE", 0, "statecomplete"),
  STATE_LONG("STATE", 'T', "statelong"),
  THREADS("THREADS", 'Z', "threads"),
  TIME("TIMELIMIT", 'l', "time"),
  TIMESTAMP("TIMESTAMP", 'H', "timestamp"),
  USER("USER", 'u', "user"),
  USER_LONG("USER", 'U', "userlong"),
  VERSION("VERSION", 'v', "version"),
  WEIGHT("WEIGHT", 'w', "weight");

  final String heading;
  final char letter;
  final String[] names;

  NodeField(String heading, int letter, String... names) {
    this.heading = heading;
    this.letter = (char) letter;
    this.names = names;
  }
}
