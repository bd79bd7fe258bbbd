package org.slurmctldj.rpc.handlers;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slurmctldj.agents.NodeLoads;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.Result;
import org.slurmctldj.journal.Blob;
import org.slurmctldj.proto.slurm.BuildInfoResponse;
import org.slurmctldj.proto.slurm.ConfigResponse;
import org.slurmctldj.rpc.Identities;
import org.slurmctldj.rpc.RpcStatistics;
import org.slurmctldj.rpc.render.JobWire;
import org.slurmctldj.sched.Forecast;
import org.slurmctldj.sched.PassStatistics;

/** The handlers' surroundings on a {@link Cluster}: commands are applied at once, nothing is written to a disk. */
public final class ControllerOnHeap {
  public final Cluster cluster;
  public final Controller controller;
  public final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  public int privateData;
  /** When commands are applied: at once. */
  public volatile Executor applies = Runnable::run;
  public int shutdowns;

  /** What planners say of pending jobs; a new map at each plan. */
  public volatile Map<Long, JobWire.Waiting> planned = Map.of();

  public ControllerOnHeap(Cluster cluster) {
    this(cluster, cluster.store);
  }

  /** @param view where queries look: the cluster's store, or one with the same records */
  public ControllerOnHeap(Cluster cluster, ClusterView view) {
    this.cluster = cluster;
    this.controller =
        new Controller(
            view,
            new Controller.Commands() {
              @Override
              public CompletableFuture<Result> submit(LongFunction<Command> maker, List<Controller.Content> contents) {
                contents.forEach(content -> blobs.put(content.hex(), content.bytes()));
                return CompletableFuture.supplyAsync(
                    () -> {
                      synchronized (cluster) {
                        return cluster.apply(maker.apply(cluster.now));
                      }
                    },
                    applies);
              }
            },
            new Controller.Blobs() {
              @Override
              public Controller.Content of(byte[] bytes) {
                return new Controller.Content(bytes, Blob.of(bytes).hash());
              }

              @Override
              public byte[] read(String hash) throws IOException {
                byte[] b = blobs.get(hash);
                if (b == null) {
                  throw new IOException("no blob " + hash);
                }
                return b;
              }
            },
            new Controller.Waiting() {
              @Override
              public JobWire.Waiting of(JobRecord job) {
                return job.phase == JobPhase.PENDING && job.reason == 0 ? planned.get(job.jobId) : null;
              }

              @Override
              public JobWire.Waiting of(long jobId, Supplier<JobRecord> job) {
                return planned.get(jobId);
              }

              @Override
              public Object moment() {
                return planned;
              }

              @Override
              public Controller.Planning planning() {
                return new Controller.Planning(PassStatistics.NONE, PassStatistics.NONE, false);
              }

              @Override
              public void resetStatistics() {}

              @Override
              public Forecast.WillRun willRun(JobRecord job) {
                return Forecast.of(cluster.store, job, cluster.now);
              }
            },
            new NodeLoads(),
            new Identities(() -> cluster.now, 60_000),
            new RpcStatistics(),
            new Controller.Settings() {
              @Override
              public String mailDomain() {
                return null;
              }

              @Override
              public BuildInfoResponse buildInfo(int version, long nextJobId) {
                return new BuildInfoResponse().nextJobId(nextJobId);
              }

              @Override
              public Optional<ConfigResponse> configless(long flags, int version) {
                return Optional.empty();
              }

              @Override
              public int privateData() {
                return privateData;
              }

              @Override
              public String priorityType() {
                return null;
              }

              @Override
              public long slurmUserId() {
                return 64030;
              }

              @Override
              public String clusterName() {
                return "test";
              }
            },
            new Controller.Operations() {
              @Override
              public CompletableFuture<org.slurmctldj.core.Result> reconfigure(String by) {
                return CompletableFuture.completedFuture(org.slurmctldj.core.Result.OK);
              }

              @Override
              public void shutdown(String by) {
                shutdowns++;
              }

              @Override
              public void debugFlags(long plus, long minus) {}

              @Override
              public long[] uidsOfGroups(String groups) {
                return new long[0];
              }

              @Override
              public boolean debugLevel(int level) {
                return true;
              }
            },
            () -> cluster.now,
            cluster.now / 1000);
  }

  public ClusterConfig config() {
    return cluster.store.config();
  }
}
