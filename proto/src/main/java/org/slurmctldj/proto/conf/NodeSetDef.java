package org.slurmctldj.proto.conf;

import java.util.Optional;

/** {@code NodeSet=name Feature=... Nodes=...}: a name that partitions may use for nodes. */
public record NodeSetDef(String name, Optional<String> feature, Optional<String> nodes) {}
