package org.slurmctldj.client.sinfo;

import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Console;
import org.slurmctldj.client.text.Column;
import org.slurmctldj.client.text.Durations;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.proto.slurm.ReservationInfoRequest;
import org.slurmctldj.proto.slurm.ReservationInfoResponse;
import org.slurmctldj.proto.slurm.ReserveInfo;

/** {@code sinfo --reservation}. */
final class Reservations {
  private static final int REQUEST_RESERVATION_INFO = 2024;
  private static final int TIME_SIZE = 32;

  private final Client client;

  Reservations(Client client) {
    this.client = client;
  }

  void print(boolean header, LocalTime clock) {
    List<ReserveInfo> reservations =
        ReservationInfoResponse.read(
                client.controller().ask(REQUEST_RESERVATION_INFO, new ReservationInfoRequest()).body(),
                client.controller().number())
            .reservations();
    Console console = client.console();
    if (reservations.isEmpty()) {
      console.println("No reservations in the system");
      return;
    }
    int name = "RESV_NAME".length();
    for (ReserveInfo r : reservations) {
      name = Math.max(name, r.name().length());
    }
    if (header) {
      line(console, name, "RESV_NAME", "STATE", "START_TIME", "END_TIME", "DURATION", "NODELIST");
    }
    long now = System.currentTimeMillis() / 1000;
    for (ReserveInfo r : reservations) {
      line(
          console,
          name,
          r.name(),
          r.startTime() <= now && r.endTime() >= now ? "ACTIVE" : "INACTIVE",
          clock.text(r.startTime(), TIME_SIZE),
          clock.text(r.endTime(), TIME_SIZE),
          Durations.clock(r.endTime() - r.startTime()),
          r.nodeList());
    }
  }

  private static void line(
      Console console, int width, String name, String state, String start, String end, String duration, String nodes) {
    new Column(width, false, "  ").print(console, name, false);
    new Column(8, true, "  ").print(console, state, false);
    new Column(19, true, "  ").print(console, start, false);
    new Column(19, true, "  ").print(console, end, false);
    new Column(11, true, "  ").print(console, duration, false);
    Column.PLAIN.print(console, nodes);
    console.print("\n");
  }
}
