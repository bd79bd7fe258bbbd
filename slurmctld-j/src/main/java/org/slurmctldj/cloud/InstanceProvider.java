package org.slurmctldj.cloud;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A cloud as provisioning sees it. No call blocks; futures complete on any thread. Calls are batched, throttled and retried
 * inside: what comes out is an answer or a failure that the cloud itself gave. Implemented by {@code cloud.ec2} and, in
 * tests, by the simulator's model.
 */
public interface InstanceProvider extends AutoCloseable {

  /**
   * Starts instances. The same {@link LaunchOrder#token} twice, also after a restart of the controller, gives the same
   * instances, not more.
   */
  CompletableFuture<LaunchAnswer> launch(LaunchOrder order);

  /**
   * Ends instances. The map has those that the cloud has not agreed to end, with its reason; of kind
   * {@link CloudFailure.Kind#CONFIGURATION} for one that it does not know: gone for long, or too new.
   */
  CompletableFuture<Map<String, CloudFailure>> terminate(Collection<String> instanceIds);

  /** All instances that carry this cluster's tag and are not terminated yet; the cloud may show a new one seconds late. */
  CompletableFuture<List<Instance>> inventory();

  /** Ids of instances that the cloud's own checks find impaired, of this cluster and perhaps of others. */
  default CompletableFuture<Set<String>> impaired() {
    return CompletableFuture.completedFuture(Set.of());
  }

  /**
   * Instances that the cloud is going to stop, reboot or retire by itself, each with its word for that, of this cluster and
   * perhaps of others. What is over or was taken back is not among them.
   */
  default CompletableFuture<Map<String, String>> scheduledEvents() {
    return CompletableFuture.completedFuture(Map.of());
  }

  @Override
  void close();
}
