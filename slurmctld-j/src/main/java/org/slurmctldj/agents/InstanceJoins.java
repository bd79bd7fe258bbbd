package org.slurmctldj.agents;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What provisioning says of an instance that wants to be a node. Called on workers; may not block long. */
public interface InstanceJoins {

  /** The node that this instance of this order was bound to; empty: not known, or not yet. */
  Optional<String> nodeOf(String orderToken, String instanceId);

  /** It has proven itself. Completes once that is journaled; an error text refuses it for good. */
  CompletableFuture<Optional<String>> joined(String node, String instanceId, String instanceType);
}
