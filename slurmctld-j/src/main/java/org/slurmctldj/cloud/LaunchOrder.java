package org.slurmctldj.cloud;

import java.util.List;
import java.util.Map;

/**
 * Instances wanted of one group by one capacity option.
 *
 * @param token idempotency token, at most 64 printable characters; journaled before the call
 * @param nodes one instance for each; the answer binds instances to names in this order
 * @param least with fewer than so many none is to be started
 * @param settings how a group's instances are made
 */
public record LaunchOrder(
    String token, String group, CapacityOption option, List<String> nodes, int least, LaunchSettings settings) {
  public LaunchOrder {
    nodes = List.copyOf(nodes);
  }

  /**
   * @param launchTemplateId lt-…, or null
   * @param launchTemplateVersion a number as text: never $Latest, a group is pinned
   * @param imageId ami-…, or null: the template's
   * @param instanceProfile name or ARN, or null
   * @param tags besides the cluster's and the group's own
   * @param userData the group's own MIME parts, or null; merged with the template's and ours by the provider
   */
  public record LaunchSettings(
      String launchTemplateId,
      String launchTemplateVersion,
      String imageId,
      String instanceProfile,
      Map<String, String> tags,
      byte[] userData) {
    public LaunchSettings {
      tags = Map.copyOf(tags);
    }
  }
}
