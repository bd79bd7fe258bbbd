package org.slurmctldj.proto.conf;

import java.util.List;
import java.util.Optional;

/**
 * {@code DownNodes=a[1-2] State=DOWN Reason="..."}: the state these nodes start with.
 *
 * @param nodes known nodes only
 * @param state as written; UNKNOWN if the line has none
 */
public record DownNodesDef(List<NodeDef> nodes, String state, Optional<String> reason) {}
