package org.slurmctldj.client.scontrol;

import org.slurmctldj.client.text.Durations;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.proto.slurm.ReservationFlags;
import org.slurmctldj.proto.slurm.ReserveInfo;
import org.slurmctldj.proto.wire.SlurmConstants;

/** One record of {@code scontrol show reservation}. */
final class ReservationText {
  private final ReserveInfo r;
  private final boolean old;
  private final boolean oneLine;
  private final LocalTime clock;

  ReservationText(ReserveInfo reservation, boolean old, boolean oneLine, LocalTime clock) {
    this.r = reservation;
    this.old = old;
    this.oneLine = oneLine;
    this.clock = clock;
  }

  String text() {
    String separator = oneLine ? " " : "\n   ";
    long now = System.currentTimeMillis() / 1000;
    StringBuilder b = new StringBuilder("ReservationName=").append(r.name());
    b.append(" StartTime=").append(clock.text(r.startTime(), 256)).append(" EndTime=").append(clock.text(r.endTime(), 256));
    b.append(" Duration=").append(Durations.clock(r.endTime() - r.startTime()));
    b.append(separator).append("Nodes=").append(text(r.nodeList())).append(" NodeCnt=").append(count(r.nodeCnt()));
    b.append(" CoreCnt=").append(count(r.coreCnt())).append(" Features=").append(text(r.features()));
    b.append(" PartitionName=").append(text(r.partition())).append(" Flags=").append(ReservationFlags.names(r.flags()).replace('+', ','));
    b.append(separator).append("TRES=").append(text(r.tresStr()));
    b.append(separator).append("Users=").append(text(r.users())).append(" Groups=").append(text(r.groups()));
    b.append(" Accounts=").append(text(r.accounts())).append(" Licenses=").append(text(r.licenses()));
    b.append(" State=").append(r.startTime() <= now && now < r.endTime() ? "ACTIVE" : "INACTIVE");
    b.append(" BurstBuffer=").append(text(r.burstBuffer()));
    if (old) {
      b.append(" Watts=n/a");
    }
    b.append(separator).append("MaxStartDelay=");
    b.append(r.maxStartDelay() == 0 || r.maxStartDelay() == SlurmConstants.NO_VAL ? "(null)" : Durations.clock(r.maxStartDelay()));
    if (!old && r.comment() != null) {
      b.append(separator).append("Comment=").append(r.comment());
    }
    return b.append(oneLine ? "\n" : "\n\n").toString();
  }

  private static String count(long n) {
    return n == SlurmConstants.NO_VAL ? "0" : Long.toString(n);
  }

  private static String text(String value) {
    return value == null ? "(null)" : value;
  }
}
