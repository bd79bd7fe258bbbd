package org.slurmctldj.rpc.handlers;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.slurmctldj.agents.NodeLoads;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.DryRun;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.slurm.BuildInfoResponse;
import org.slurmctldj.proto.slurm.ConfigResponse;
import org.slurmctldj.rpc.Identities;
import org.slurmctldj.rpc.RpcStatistics;
import org.slurmctldj.rpc.render.EncodedJobs;
import org.slurmctldj.rpc.render.JobSluids;
import org.slurmctldj.sched.Forecast;
import org.slurmctldj.sched.PassStatistics;

/**
 * What the handlers see of the daemon.
 *
 * @param bootSeconds when this controller started
 */
public record Controller(
    ClusterView view,
    Commands commands,
    Blobs blobs,
    Waiting waiting,
    NodeLoads loads,
    Identities identities,
    RpcStatistics statistics,
    Settings settings,
    Operations operations,
    LongSupplier wallMillis,
    long bootSeconds) {

  /** Sends a command, made with the time that the journal gives it, on its way; completes when it is durable and applied, exceptionally if it never will be. */
  public interface Commands {
    /** {@code blobs}: contents that the command names by hash, to be on disk before it. */
    CompletableFuture<Result> submit(LongFunction<Command> command, List<Content> blobs);

    default CompletableFuture<Result> submit(LongFunction<Command> command) {
      return submit(command, List.of());
    }

    /**
     * Completes on the thread that applies, which must not wait or work: for answers that are made ready beforehand
     * ({@link org.slurmctldj.rpc.Reply.Later#likely}).
     */
    default CompletableFuture<Result> submitHere(LongFunction<Command> command) {
      return submit(command);
    }

    /** From the thread that applies to one that may wait. */
    default CompletableFuture<Result> away(Result result) {
      return CompletableFuture.completedFuture(result);
    }
  }

  /**
   * A script or an environment on its way to disk.
   *
   * @param hash SHA-256 of the bytes
   */
  public record Content(byte[] bytes, byte[] hash) {
    public String hex() {
      return HexFormat.of().formatHex(hash);
    }
  }

  /** Scripts and environments by content hash. */
  public interface Blobs {
    Content of(byte[] bytes);

    byte[] read(String hash) throws IOException;
  }

  /** Why a pending job waits, as the planner saw it last; null: core's own reason is all there is. */
  public interface Waiting extends EncodedJobs.Waits {
    /** What main scheduler and backfill have done. */
    Planning planning();

    /** sdiag --reset. */
    void resetStatistics();

    /** When and where that job could start. */
    Forecast.WillRun willRun(JobRecord job);

    /** Where the scheduler would start what that request makes at once, with nobody before it; never waits. */
    default Optional<First> first(Actor actor, JobFields request) {
      return Optional.empty();
    }

    /** Completes when a plan that began after this call has been carried out. */
    default CompletableFuture<Void> planned() {
      return CompletableFuture.completedFuture(null);
    }

    /**
     * Completes when the scheduler has looked at that job and it has started or has to wait, in a few seconds at most; on a
     * thread that must not be held up.
     */
    default CompletableFuture<Void> placed(long jobId) {
      return CompletableFuture.completedFuture(null);
    }
  }

  /** What a request will make of a job, and where that could start at once. */
  public record First(DryRun made, Proposal place) {}

  /** For sdiag. */
  public record Planning(PassStatistics main, PassStatistics backfill, boolean backfillActive) {}

  /** slurm.conf as it is in force now; changes at reconfigure. */
  public interface Settings {
    BuildInfoResponse buildInfo(int version, long nextJobId);

    /** The answer for configless clients; empty where SlurmctldParameters=enable_configless is not set. */
    java.util.Optional<ConfigResponse> configless(long flags, int version);

    /** PrivateData's bits. */
    int privateData();

    long slurmUserId();

    /** PriorityType; null if slurm.conf leaves it open, whose default differs by release. */
    String priorityType();

    /** PrologFlags=Contain: slurmds start an extern step for each job. */
    default boolean externSteps() {
      return false;
    }

    /** MailDomain: what follows the @ of a user who gives no address; null for none. */
    String mailDomain();

    /** AuthType's and others' words for logs. */
    String clusterName();
  }

  /** What scontrol makes the daemon itself do. */
  public interface Operations {
    /** Reads slurm.conf again; completes with Slurm's error number and, in words, all that is wrong. */
    CompletableFuture<Result> reconfigure(String by);

    /** Ends the daemon in good order, after the answer has gone. */
    void shutdown(String by);

    /** Whether PrologSlurmctld of that job has not ended yet: its client waits. */
    default boolean prologRuns(JobRecord job) {
      return false;
    }

    /** Has the real slurmds end, too (scontrol shutdown of everything). */
    default void shutdownNodes() {}

    /** Switches debug flags; Slurm's bits. */
    void debugFlags(long plus, long minus);

    /** The uids that AllowGroups= with this text admits, sorted. */
    long[] uidsOfGroups(String groups);

    /** 0 quiet to 9; false if there is no such level. */
    boolean debugLevel(int level);
  }

  public long nowSeconds() {
    return wallMillis.getAsLong() / 1000;
  }

  public long nowMillis() {
    return wallMillis.getAsLong();
  }

  /** Jobs by the ids that clients of 25.11 and later may name them by. */
  public JobSluids sluids() {
    return new JobSluids(view);
  }
}
