package org.slurmctldj.cloud;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What a cloud says of a group before anything is started: whether it can be, and what its nodes will be like. Asked when
 * the pools file is read; does not block.
 */
public interface CapacityCatalog {

  /**
   * All that is wrong with a group at once. The future fails (with {@link CloudException}) only if the cloud does not
   * answer; what it refuses is in the findings.
   */
  CompletableFuture<Findings> examine(String group, List<CapacityOption> options, LaunchOrder.LaunchSettings settings);

  /**
   * @param errors sentences for the admin; none: the group can be used
   * @param warnings what of the launch template is ignored
   * @param types by instance type
   * @param zones availability zone by subnet id
   */
  record Findings(List<String> errors, List<String> warnings, Map<String, TypeFacts> types, Map<String, String> zones) {
    public Findings {
      errors = List.copyOf(errors);
      warnings = List.copyOf(warnings);
      types = Map.copyOf(types);
      zones = Map.copyOf(zones);
    }
  }

  /**
   * An instance type with simultaneous multithreading off, as its nodes show it.
   *
   * @param cpus cores; those of Sockets= with CoresPerSocket=1 and ThreadsPerCore=1
   * @param memoryMb MiB as the cloud sells them: the node registers less
   * @param architecture x86_64 or arm64
   * @param gpus how many
   * @param gpu their name in lower case without blanks, as h100; null without any
   */
  record TypeFacts(int cpus, long memoryMb, String architecture, int gpus, String gpu) {}
}
