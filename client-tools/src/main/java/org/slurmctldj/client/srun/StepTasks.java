package org.slurmctldj.client.srun;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.text.SignalDescriptions;
import org.slurmctldj.proto.slurm.LaunchTasksResponse;
import org.slurmctldj.proto.slurm.TaskExit;
import org.slurmctldj.proto.text.Hostlist;

/**
 * Which tasks of the step run and how they ended, and what srun says about it. Called by the threads of the callback port and of
 * signals; the client's thread waits here.
 */
final class StepTasks {
  private enum State {
    UNKNOWN,
    RUNNING,
    EXITED
  }

  private final Client client;
  private final Submission s;
  private final String step;
  private final List<String> nodes;
  private final int[] nodeOf;
  private final State[] states;
  private final Object lock = new Object();
  private int exited;
  private int status;
  private boolean aborted;
  private boolean firstExit;
  private long firstExitAt;
  private boolean killing;
  private int lastShown = -1;
  private Runnable onBadExit = () -> {};

  /** @param tasks the global task numbers of each node */
  StepTasks(Client client, Submission submission, String step, List<String> nodes, List<long[]> tasks) {
    this.client = client;
    this.s = submission;
    this.step = step;
    this.nodes = nodes;
    int count = 0;
    for (long[] ids : tasks) {
      count += ids.length;
    }
    this.nodeOf = new int[count];
    this.states = new State[count];
    for (int n = 0; n < tasks.size(); n++) {
      for (long id : tasks.get(n)) {
        nodeOf[(int) id] = n;
        states[(int) id] = State.UNKNOWN;
      }
    }
  }

  void onBadExit(Runnable action) {
    onBadExit = action;
  }

  /** A node says that its tasks run, or why they cannot. */
  void launched(LaunchTasksResponse answer) {
    synchronized (lock) {
      if (answer.returnCode() == 0) {
        for (long id : answer.taskIds()) {
          if (id < states.length && states[(int) id] == State.UNKNOWN) {
            states[(int) id] = State.RUNNING;
          }
        }
        return;
      }
    }
    failed(answer.nodeName(), (int) answer.returnCode());
  }

  /** A node that will not run its tasks. */
  void failed(String node, int error) {
    String text = new RequestFailed(error).text(client.controller().version());
    synchronized (lock) {
      client.error("Task launch for " + step + " failed on node " + node + ": " + text);
      int index = nodes.indexOf(node);
      for (int i = 0; i < states.length; i++) {
        if (nodeOf[i] == index && states[i] != State.EXITED) {
          states[i] = State.EXITED;
          exited++;
        }
      }
      status = Math.max(status, 1 << 8);
      lock.notifyAll();
    }
  }

  void ended(TaskExit message) {
    int waitStatus = (int) message.returnCode();
    boolean bad = waitStatus != 0;
    synchronized (lock) {
      TreeSet<Integer> ids = new TreeSet<>();
      for (long id : message.taskIdList()) {
        if (id < states.length && states[(int) id] != State.EXITED) {
          states[(int) id] = State.EXITED;
          exited++;
          ids.add((int) id);
        }
      }
      if (ids.isEmpty()) {
        return;
      }
      if (!firstExit) {
        firstExit = true;
        firstExitAt = System.nanoTime();
      }
      if (bad) {
        report(ids, waitStatus);
      }
      if (code(waitStatus) > code(status)) {
        status = waitStatus;
      }
      lock.notifyAll();
    }
    if (bad && killsOnBadExit()) {
      synchronized (lock) {
        if (killing) {
          return;
        }
        killing = true;
      }
      onBadExit.run();
    }
  }

  private boolean killsOnBadExit() {
    if (s.killOnBadExit != Submission.UNSET) {
      return s.killOnBadExit > 0;
    }
    return client.conf().number("KillOnBadExit", 0) == 1;
  }

  private void report(TreeSet<Integer> ids, int waitStatus) {
    String reduce = client.env("SLURM_SRUN_REDUCE_TASK_EXIT_MSG");
    if (reduce != null && !reduce.equals("0") && waitStatus == lastShown) {
      return;
    }
    lastShown = waitStatus;
    TreeSet<Integer> nodeIndexes = new TreeSet<>();
    ids.forEach(id -> nodeIndexes.add(nodeOf[id]));
    String where = Hostlist.of(nodeIndexes.stream().map(nodes::get).toList()).toString();
    String who = where + ": " + (ids.size() == 1 ? "task " : "tasks ") + ranges(ids);
    int signal = waitStatus & 0x7f;
    if (signal == 0) {
      client.error(who + ": Exited with exit code " + (waitStatus >> 8 & 0xff));
    } else {
      client.error(who + ": " + SignalDescriptions.of(signal) + ((waitStatus & 0x80) != 0 ? " (core dumped)" : ""));
    }
  }

  /** As a hostlist shows numbers: "0-2,5". */
  static String ranges(Set<Integer> ids) {
    StringBuilder b = new StringBuilder();
    List<Integer> list = new ArrayList<>(ids);
    for (int i = 0; i < list.size(); ) {
      int j = i;
      while (j + 1 < list.size() && list.get(j + 1) == list.get(j) + 1) {
        j++;
      }
      b.append(b.isEmpty() ? "" : ",").append(list.get(i));
      if (j > i) {
        b.append('-').append(list.get(j));
      }
      i = j + 1;
    }
    return b.toString();
  }

  /** The lines that a first interrupt shows. */
  void show() {
    synchronized (lock) {
      line(State.UNKNOWN, "unknown");
      line(State.RUNNING, "running");
      line(State.EXITED, "exited");
    }
  }

  private void line(State state, String name) {
    TreeSet<Integer> ids = new TreeSet<>();
    for (int i = 0; i < states.length; i++) {
      if (states[i] == state) {
        ids.add(i);
      }
    }
    if (!ids.isEmpty()) {
      client.console().complain("srun: " + step + " " + (ids.size() == 1 ? "task " : "tasks ") + ranges(ids) + ": " + name);
    }
  }

  /** Nodes where tasks have not ended. */
  List<String> activeNodes() {
    synchronized (lock) {
      TreeSet<Integer> indexes = new TreeSet<>();
      for (int i = 0; i < states.length; i++) {
        if (states[i] != State.EXITED) {
          indexes.add(nodeOf[i]);
        }
      }
      return indexes.stream().map(nodes::get).toList();
    }
  }

  /** No more waiting for tasks, whatever they do. */
  void abort() {
    synchronized (lock) {
      aborted = true;
      lock.notifyAll();
    }
  }

  boolean isAborted() {
    synchronized (lock) {
      return aborted;
    }
  }

  /** All tasks have ended. */
  boolean isOver() {
    synchronized (lock) {
      return exited == states.length;
    }
  }

  /**
   * Waits until all tasks have ended or the step is given up.
   *
   * @param afterFirst seconds to wait after the first task's end; 0: for ever
   * @return false when that time is over
   */
  boolean await(int afterFirst) {
    synchronized (lock) {
      while (exited < states.length && !aborted) {
        long left = 0;
        if (afterFirst > 0 && firstExit) {
          left = (firstExitAt - System.nanoTime()) / 1_000_000 + afterFirst * 1000L;
          if (left <= 0) {
            return false;
          }
        }
        waitOn(left);
      }
      return true;
    }
  }

  /** Waits for the tasks' ends at most so many seconds. */
  boolean awaitEnd(int seconds) {
    long deadline = System.nanoTime() + seconds * 1_000_000_000L;
    synchronized (lock) {
      while (exited < states.length) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        waitOn(left);
      }
      return true;
    }
  }

  private void waitOn(long milliseconds) {
    try {
      lock.wait(milliseconds);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The worst wait status. */
  int status() {
    synchronized (lock) {
      return status;
    }
  }

  /** What srun exits with for a wait status. */
  static int code(int waitStatus) {
    int signal = waitStatus & 0x7f;
    return signal != 0 ? 128 + signal : waitStatus >> 8 & 0xff;
  }
}
