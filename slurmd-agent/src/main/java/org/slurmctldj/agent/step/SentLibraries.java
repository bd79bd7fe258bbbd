package org.slurmctldj.agent.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slurmctldj.proto.slurm.SbcastCredArg;

/**
 * Where `--send-libs` of sbcast and srun has put programs' libraries: a step of that number finds them by LD_LIBRARY_PATH. What
 * sbcast sends without naming a step is for the job's next one: its credential says which. Kept in memory until the job ends, as
 * slurmd does. Any thread.
 */
final class SentLibraries {
  private static final String VARIABLE = "LD_LIBRARY_PATH=";
  private static final int MOST = 1000;

  /** Whose they are. */
  record Owner(long uid, long job, long step) {
    static Owner of(SbcastCredArg arg) {
      return new Owner(arg.id().uid(), arg.stepId().jobId(), arg.stepId().stepId());
    }
  }

  private record Entry(Owner owner, String program) {
    String directory() {
      return program + "_libs";
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  synchronized void add(Owner owner, String program) {
    Entry entry = new Entry(owner, program);
    entries.remove(entry);
    entries.add(entry);
    if (entries.size() > MOST) {
      entries.removeFirst();
    }
  }

  /** @param program null: senders before 24.05 do not say which; it is the one that came last */
  synchronized Optional<String> directory(Owner owner, String program) {
    return entries.stream()
        .filter(e -> e.owner().equals(owner) && (program == null || program.equals(e.program())))
        .reduce((_, later) -> later)
        .map(Entry::directory);
  }

  /** The environment with the owner's directories before what LD_LIBRARY_PATH names. */
  synchronized String[] into(Owner owner, String[] environment) {
    String path = entries.stream().filter(e -> e.owner().equals(owner)).map(Entry::directory).collect(Collectors.joining(":"));
    if (path.isEmpty()) {
      return environment;
    }
    List<String> changed = new ArrayList<>(Arrays.asList(environment));
    for (int i = 0; i < changed.size(); i++) {
      if (changed.get(i) != null && changed.get(i).startsWith(VARIABLE)) {
        changed.set(i, VARIABLE + path + ":" + changed.get(i).substring(VARIABLE.length()));
        return changed.toArray(new String[0]);
      }
    }
    changed.add(VARIABLE + path);
    return changed.toArray(new String[0]);
  }

  synchronized void forget(long job) {
    entries.removeIf(e -> e.owner().job() == job);
  }
}
