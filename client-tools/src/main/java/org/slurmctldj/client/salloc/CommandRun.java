package org.slurmctldj.client.salloc;

import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.job.Allocator;
import org.slurmctldj.client.job.ByteNames;
import org.slurmctldj.client.job.Programs;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.proto.os.ChildProcess;
import org.slurmctldj.proto.os.SystemCallException;
import org.slurmctldj.proto.os.Terminal;
import sun.misc.Signal;

/**
 * The command that an allocation is for, and what befalls both: signals, a revoked allocation, a stopped shell. The command has a
 * process group of its own, in the foreground of the terminal if there is one.
 */
final class CommandRun implements Allocator.Listener {
  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;
  private static final int SIGCONT = 18;
  private static final int SIGTTIN = 21;
  private static final int SIGTTOU = 22;
  private static final int SIGKILL = 9;
  private static final int SIGQUIT = 3;

  private final Client client;
  private final Submission s;
  private final Object lock = new Object();
  private final boolean interactive;
  private Allocator allocator;
  private ChildProcess command;
  private boolean revoked;
  private boolean hungUp;

  CommandRun(Client client, Submission submission) {
    this.client = client;
    this.s = submission;
    this.interactive = Terminal.isTerminal(0);
  }

  /** From now on signals end the waiting for resources. */
  void use(Allocator allocator) {
    this.allocator = allocator;
    for (String name : new String[] {"HUP", "INT", "TERM", "USR1"}) {
      Signal.handle(new Signal(name), signal -> onSignal(signal.getNumber()));
    }
  }

  private void onSignal(int number) {
    ChildProcess child;
    synchronized (lock) {
      child = command;
      if (child != null && number == SIGHUP) {
        hungUp = true;
        lock.notifyAll();
        return;
      }
    }
    if (child == null) {
      allocator.interrupt(number);
    } else if (number == SIGTERM) {
      child.signal(number);
      allocator.complete(number);
    } else if (number != SIGINT) {
      child.signal(number);
    }
  }

  boolean isRevoked() {
    synchronized (lock) {
      return revoked;
    }
  }

  @Override
  public void revoked(long job) {
    ChildProcess child;
    synchronized (lock) {
      if (revoked) {
        return;
      }
      revoked = true;
      child = command;
    }
    allocator.info("Job allocation " + job + " has been revoked.");
    if (child == null) {
      return;
    }
    if (interactive) {
      int foreground = Terminal.foregroundGroup(0);
      if (foreground > 0 && foreground != Terminal.ownGroup()) {
        ChildProcess.signal(-foreground, SIGHUP);
      }
    }
    if (s.killCommand != 0) {
      child.signal(s.killCommand);
    }
  }

  @Override
  public void message(String text) {
    allocator.info(text);
  }

  @Override
  public void nodesFailed(String nodes) {
    client.error("Node failure on " + nodes);
  }

  /** Runs the command to its end and gives salloc's exit status. */
  int run(List<String> words, List<String> environment) {
    String path = Programs.find(words.get(0), ByteNames.workingDirectory(client.env("PWD")), client.env("PATH"));
    if (path == null) {
      client.error("_fork_command: Unable to find command \"" + words.get(0) + "\"");
      return relinquish(1, 1);
    }
    if (interactive) {
      Terminal.ignoreSignal(SIGTTOU);
      Terminal.ignoreSignal(SIGTTIN);
    }
    client.console().flush();
    ChildProcess child;
    try {
      child = ChildProcess.start(path, words, environment, true);
    } catch (SystemCallException e) {
      client.error("Unable to exec command \"" + words.get(0) + "\"");
      return relinquish(1, 1);
    }
    if (interactive) {
      Terminal.setForegroundGroup(0, child.pid());
      ChildProcess.signal(-child.pid(), SIGCONT);
    }
    synchronized (lock) {
      command = child;
    }
    int status = await(child);
    if (interactive) {
      Terminal.setForegroundGroup(0, Terminal.ownGroup());
    }
    return relinquish(status, exitStatus(status));
  }

  /** The command's wait status; a hang-up ends the waiting before it. */
  private int await(ChildProcess child) {
    int[] status = new int[1];
    boolean[] ended = new boolean[1];
    Thread waiter =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  int answer = child.await();
                  while ((answer & 0xff) == 0x7f) {
                    // a stopped command stops salloc with it, as one job of the shell above
                    ChildProcess.signal(0, answer >> 8);
                    if (interactive) {
                      Terminal.setForegroundGroup(0, child.pid());
                    }
                    ChildProcess.signal(-child.pid(), SIGCONT);
                    answer = child.await();
                  }
                  synchronized (lock) {
                    status[0] = answer;
                    ended[0] = true;
                    lock.notifyAll();
                  }
                });
    synchronized (lock) {
      while (!ended[0] && !hungUp) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          waiter.interrupt();
        }
      }
      return ended[0] ? status[0] : SIGHUP << 8;
    }
  }

  /** A command that the user ended by a signal counts as well done. */
  private static int exitStatus(int waitStatus) {
    int signal = waitStatus & 0x7f;
    return switch (signal) {
      case 0 -> waitStatus >> 8 & 0xff;
      case SIGHUP, SIGINT, SIGQUIT, SIGKILL -> 0;
      default -> 1;
    };
  }

  /** Gives the allocation back unless it is gone already; gives the exit status. */
  int relinquish(int waitStatus, int exitStatus) {
    synchronized (lock) {
      if (revoked) {
        return exitStatus;
      }
      revoked = true;
    }
    allocator.info("Relinquishing job allocation " + allocator.job());
    allocator.complete(waitStatus);
    return exitStatus;
  }
}
