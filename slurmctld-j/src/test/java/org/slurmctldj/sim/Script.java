package org.slurmctldj.sim;

import java.util.Random;
import org.slurmctldj.proto.agent.Failure;

/**
 * What a job's script does when it runs: drawn from the seed, the job and the incarnation, so that it is the same
 * wherever and whenever it starts.
 *
 * @param runMillis until it ends by itself
 * @param waitStatus how it ends then
 * @param outOfMemory the kernel kills it for memory then
 * @param termMillis until it ends of SIGTERM; negative: it ignores that
 * @param unkillableMillis that much later than SIGKILL it is gone
 * @param leftoverMillis processes that it leaves behind live that long
 * @param refusal the node cannot take the launch
 * @param failure the start fails in that way
 */
record Script(
    long runMillis,
    int waitStatus,
    boolean outOfMemory,
    long termMillis,
    long unkillableMillis,
    long leftoverMillis,
    boolean refusal,
    Failure failure) {

  static Script of(long seed, long jobId, int restarts, boolean stubborn, long longestMillis) {
    Random r = new Random(seed * 31 + jobId * 1_000_003 + restarts * 7919L);
    r.nextLong();
    long run = (long) (2_000 * Math.exp(r.nextDouble() * Math.log(longestMillis / 2_000.0)));
    boolean oom = r.nextInt(50) == 0;
    int status = oom ? 9 : r.nextInt(4) != 0 ? 0 : r.nextBoolean() ? (1 + r.nextInt(255)) << 8 : 1 + r.nextInt(15);
    boolean odd = stubborn && r.nextInt(8) == 0;
    return new Script(
        run,
        status,
        oom,
        odd && r.nextBoolean() ? -1 : r.nextInt(3_000),
        odd && r.nextInt(4) == 0 ? r.nextInt(400_000) : 0,
        odd && r.nextBoolean() ? r.nextInt(60_000) : 0,
        stubborn && r.nextInt(60) == 0,
        stubborn && r.nextInt(60) == 0 ? Failure.STDIO : Failure.NONE);
  }
}
