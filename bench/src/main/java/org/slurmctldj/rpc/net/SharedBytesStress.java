package org.slurmctldj.rpc.net;

import java.nio.charset.StandardCharsets;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Claim and release of encoded jobs: whoever keeps a block gives its share back, because a newer one has taken its place,
 * while an answer that found the block in the old list takes a share of its own. The memory goes back to the kernel with
 * the last share.
 */
@JCStressTest
@State
@Outcome(id = "7, 0", expect = Expect.ACCEPTABLE, desc = "the answer was in time: it read the bytes, then they were given back")
@Outcome(id = "-1, 0", expect = Expect.ACCEPTABLE, desc = "they were gone: the answer encodes the jobs anew")
@Outcome(expect = Expect.FORBIDDEN, desc = "bytes read after they were given back, given back twice, or never")
public class SharedBytesStress {
  private static final byte[] CONTENT = "\7 bytes of a job".getBytes(StandardCharsets.ISO_8859_1);

  private final SharedBytes.Account account = new SharedBytes.Account(1 << 20);
  private final SharedBytes bytes = SharedBytes.copyOf(CONTENT, CONTENT.length, account);

  @Actor
  public void keeper() {
    bytes.release();
  }

  @Actor
  public void answer(II_Result r) {
    if (bytes.share()) {
      byte[] one = new byte[1];
      bytes.copy(0, 1, one, 0);
      r.r1 = one[0];
      bytes.release();
    } else {
      r.r1 = -1;
    }
  }

  @Arbiter
  public void over(II_Result r) {
    r.r2 = (int) account.bytes();
  }
}
