package org.slurmctldj.core;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Random commands and records: every component of every record gets values of its kind, edges included. */
final class RandomValues {
  private final Random random;

  RandomValues(long seed) {
    random = new Random(seed);
  }

  Command command() {
    Class<?>[] kinds = Command.class.getPermittedSubclasses();
    return (Command) record(kinds[random.nextInt(kinds.length)]);
  }

  Object record(Class<?> type) {
    RecordComponent[] parts = type.getRecordComponents();
    Class<?>[] types = new Class<?>[parts.length];
    Object[] values = new Object[parts.length];
    for (int i = 0; i < parts.length; i++) {
      types[i] = parts[i].getType();
      values[i] = value(types[i], parts[i].getName());
    }
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }

  private Object value(Class<?> type, String name) {
    if (type == StepList.class) {
      List<StepRecord> live = new ArrayList<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        live.add(
            new StepRecord(
                number(), fields(), number(), number(), (int) number(),
                List.of((StepRecord.StepShare) record(StepRecord.StepShare.class)),
                random.ints(random.nextInt(5), 0, 1000).sorted().distinct().toArray(), (int) number(), random.nextBoolean()));
      }
      return new StepList(live, number());
    }
    if (type == long.class) {
      return number();
    }
    if (type == int.class) {
      return (int) number();
    }
    if (type == boolean.class) {
      return random.nextBoolean();
    }
    if (type == String.class) {
      return random.nextInt(6) == 0 ? null : text();
    }
    if (type == long[].class) {
      // allowUids may be null, lists of versions may not.
      return name.equals("allowUids") && random.nextBoolean() ? null : numbers();
    }
    if (type == int[].class) {
      return random.ints(random.nextInt(5), 0, 1000).sorted().distinct().toArray();
    }
    if (type == TaskSet.class) {
      return random.nextBoolean() ? null : tasks();
    }
    if (type == JobFields.class) {
      return fields();
    }
    if (type == List.class) {
      return name.equals("gres") ? gres() : list(name);
    }
    if (type == Allocation.class) {
      return allocation();
    }
    if (type == ClusterConfig.class) {
      return config();
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
    }
    return record(type);
  }

  ClusterConfig config() {
    List<NodeDefinition> nodes = new ArrayList<>();
    List<PartitionDefinition> partitions = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      nodes.add((NodeDefinition) record(NodeDefinition.class));
      partitions.add((PartitionDefinition) record(PartitionDefinition.class));
    }
    return new ClusterConfig(
            number(), text(), nodes, partitions, (ClusterConfig.Limits) record(ClusterConfig.Limits.class),
            random.nextBoolean() ? PowerRules.NONE : power())
        .withPools(random.nextBoolean() ? PoolRules.NONE : pools(nodes.size()));
  }

  private PoolRules pools(int nodes) {
    int[] some = IntStream.rangeClosed(0, random.nextInt(nodes)).toArray();
    PoolDefinition one = new PoolDefinition(
        text(), some, random.nextInt(3), new PowerRules.NodePower(number(), number(), number(), random.nextBoolean()),
        random.nextInt(20), number());
    return new PoolRules(List.of(one), List.of(text()));
  }

  private PowerRules power() {
    PowerRules.NodePower one = new PowerRules.NodePower(number(), number(), number(), random.nextBoolean());
    return new PowerRules(true, List.of(one), List.of(new PowerRules.Kept(new int[] {0, random.nextInt(9) + 1}, random.nextInt(5))), number(), random.nextBoolean());
  }

  private Object list(String name) {
    List<Object> out = new ArrayList<>();
    int n = random.nextInt(4);
    if (name.equals("requests") || name.equals("others")) {
      for (int i = 0; i < n; i++) {
        out.add(
            name.equals("requests")
                ? fields()
                : new Proposal(number(), number(), number(), (int) number(), allocation(), numbers()));
      }
      return out;
    }
    for (int i = 0; i < n; i++) {
      out.add(text());
    }
    return switch (name) {
      case "specialisedCores" -> out.stream().map(x -> random.nextInt(1000)).toList();
      case "leftovers" -> out.stream().map(x -> record(NodeRecord.Leftover.class)).toList();
      case "started" -> {
        List<Object> bound = new ArrayList<>();
        out.forEach(x -> bound.add(record(Command.BoundInstance.class)));
        yield bound;
      }
      case "allowGroups", "allowAccounts", "denyAccounts", "allowQos", "denyQos", "allowAllocNodes" ->
        random.nextBoolean() ? null : out;
      default -> out;
    };
  }

  long number() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> random.nextLong();
      case 3 -> SlurmNumbers.NO_VAL;
      default -> random.nextInt(100_000);
    };
  }

  private long[] numbers() {
    long[] out = new long[random.nextInt(5)];
    for (int i = 0; i < out.length; i++) {
      out[i] = number();
    }
    return out;
  }

  String text() {
    StringBuilder b = new StringBuilder();
    int n = random.nextInt(300) < 290 ? random.nextInt(12) : random.nextInt(1000);
    // Wire strings are bytes as Latin-1; a log text of ours may hold anything.
    int range = random.nextInt(20) == 0 ? 0xd7ff : 256;
    for (int i = 0; i < n; i++) {
      b.append((char) random.nextInt(range));
    }
    return b.toString();
  }

  TaskSet tasks() {
    return TaskSet.of(random.ints(random.nextInt(1, 30), 0, 200).toArray());
  }

  JobFields fields() {
    JobFields f = new JobFields();
    for (JobField field : JobField.values()) {
      if (random.nextInt(3) == 0) {
        switch (field.kind()) {
          case NUMBER -> f.number(field, number());
          case TEXT -> f.text(field, text());
          case NUMBERS -> f.numbers(field, numbers());
          case TEXTS -> f.texts(field, List.of(text(), text()));
        }
      }
    }
    return f;
  }

  JobRecord job() {
    JobRecord j = new JobRecord();
    try {
      for (var f : JobRecord.class.getFields()) {
        Class<?> t = f.getType();
        if (t == JobPhase.class) {
          f.set(j, JobPhase.values()[random.nextInt(JobPhase.values().length)]);
        } else if (t == Outcome.class) {
          f.set(j, Outcome.values()[random.nextInt(Outcome.values().length)]);
        } else if (t == Allocation.class) {
          f.set(j, random.nextBoolean() ? null : allocation());
        } else if (t == List.class) {
          f.set(j, new ArrayList<>(List.of(text(), text())));
        } else {
          f.set(j, value(t, f.getName()));
        }
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
    return j;
  }

  Allocation allocation() {
    List<Allocation.NodeShare> shares = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      shares.add(new Allocation.NodeShare(random.nextInt(1000), random.nextInt(256), numbers(), number(), gres()));
    }
    return new Allocation(shares);
  }

  private List<GresShare> gres() {
    return random.nextBoolean() ? List.of() : List.of(new GresShare(random.nextInt(9), number(), numbers()), new GresShare(9, 1, numbers()));
  }

  NodeRecord node() {
    NodeRecord n = new NodeRecord();
    try {
      for (var f : NodeRecord.class.getFields()) {
        Class<?> t = f.getType();
        if (t == NodePhase.class) {
          f.set(n, NodePhase.values()[random.nextInt(NodePhase.values().length)]);
        } else if (t == NodeRecord.Registration.class) {
          f.set(n, random.nextBoolean() ? null : record(t));
        } else if (f.getName().equals("gres")) {
          f.set(n, gres());
        } else {
          f.set(n, value(t, f.getName()));
        }
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
    return n;
  }
}
