package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;

/** Steps within the encoding of a job record. */
final class StepCodec {
  private StepCodec() {}

  static void write(TagWriter w, int tag, StepList steps) {
    if (steps.equals(StepList.NONE)) {
      return;
    }
    int mark = w.begin(tag);
    w.number(1, steps.next(), 0);
    for (StepRecord s : steps.live()) {
      int one = w.begin(2);
      w.number(1, s.stepId());
      JobFieldsCodec.write(w, 2, s.request(), JobFieldsCodec.Part.ALL);
      w.number(3, s.startTime(), 0);
      w.number(4, s.timeLimit(), 0);
      w.number(5, s.cpusPerTask(), 0);
      for (StepRecord.StepShare h : s.nodes()) {
        int share = w.begin(6);
        w.number(1, h.node());
        w.numbers(2, h.tasks());
        w.number(3, h.cpus(), 0);
        w.numbers(4, h.cores());
        w.number(5, h.memory(), 0);
        RecordCodec.writeGres(w, 105, h.gres());
        w.end(share);
      }
      if (s.reported().length > 0) {
        w.numbers(7, s.reported());
      }
      w.number(8, s.exitCode(), 0);
      w.flag(9, s.ending());
      w.end(one);
    }
    w.end(mark);
  }

  static StepList read(TagReader r) {
    long next = 0;
    List<StepRecord> live = new ArrayList<>();
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> next = r.number();
        case 2 -> live.add(step(r.group()));
        default -> throw r.unknown("a job's steps", tag);
      }
    }
    return new StepList(live, next);
  }

  private static StepRecord step(TagReader r) {
    long id = 0;
    JobFields request = new JobFields();
    long start = 0;
    long limit = 0;
    int cpusPerTask = 0;
    List<StepRecord.StepShare> nodes = new ArrayList<>();
    int[] reported = {};
    int exit = 0;
    boolean ending = false;
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> id = r.number();
        case 2 -> JobFieldsCodec.read(r.group(), request);
        case 3 -> start = r.number();
        case 4 -> limit = r.number();
        case 5 -> cpusPerTask = r.integer();
        case 6 -> nodes.add(share(r.group()));
        case 7 -> reported = r.integers();
        case 8 -> exit = r.integer();
        case 9 -> ending = r.flag();
        default -> throw r.unknown("a step", tag);
      }
    }
    return new StepRecord(id, request, start, limit, cpusPerTask, nodes, reported, exit, ending);
  }

  private static StepRecord.StepShare share(TagReader r) {
    int node = -1;
    int[] tasks = {};
    int cpus = 0;
    long[] cores = {};
    long memory = 0;
    List<GresShare> gres = new ArrayList<>();
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> node = r.integer();
        case 2 -> tasks = r.integers();
        case 3 -> cpus = r.integer();
        case 4 -> cores = r.numbers();
        case 5 -> memory = r.number();
        case 105 -> gres.add(RecordCodec.readGres(r.group()));
        default -> throw r.unknown("a step's node", tag);
      }
    }
    return new StepRecord.StepShare(node, tasks, cpus, cores, memory, gres);
  }
}
