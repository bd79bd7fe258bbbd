package org.slurmctldj.daemon;

import sun.misc.Signal;

/** SIGTERM and SIGINT end, SIGHUP reconfigures, SIGUSR2 reopens the log, as with slurmctld. */
final class Signals {
  private final Daemon daemon;

  Signals(Daemon daemon) {
    this.daemon = daemon;
  }

  void install() {
    Signal.handle(new Signal("TERM"), _ -> daemon.stop("SIGTERM"));
    Signal.handle(new Signal("INT"), _ -> daemon.stop("SIGINT"));
    Signal.handle(new Signal("HUP"), _ -> daemon.reconfigure("SIGHUP"));
    Signal.handle(new Signal("USR2"), _ -> daemon.reopenLog());
  }
}
