package org.slurmctldj.client.srun;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.job.ByteNames;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.os.UserDatabase;

/** Where a step's standard input comes from and its output goes to, by -i, -o and -e. */
final class StepFiles {
  /** Kinds of a file option. */
  enum Kind {
    /** Through srun, of all tasks. */
    ALL,
    /** Through srun, of one task. */
    ONE,
    /** Files that the node opens, each task's own. */
    PER_TASK,
    NONE
  }

  /**
   * One of the three.
   *
   * @param remote name for the node; null: through srun
   * @param local file for srun to open; null: its own standard stream
   * @param task the one task, for {@link Kind#ONE}
   */
  record Stream(Kind kind, String remote, String local, int task) {
    static final Stream OWN = new Stream(Kind.ALL, null, null, -1);
  }

  private final Client client;
  private final boolean old;
  private final Submission s;
  private final long job;
  private final long step;
  private final int ntasks;
  final Stream in;
  final Stream out;
  final Stream err;

  StepFiles(Client client, boolean old, Submission submission, long job, long step, int ntasks) {
    this.client = client;
    this.old = old;
    this.s = submission;
    this.job = job;
    this.step = step;
    this.ntasks = ntasks;
    this.in = s.pty ? new Stream(Kind.ONE, null, null, 0) : stream("input", s.input);
    this.out = stream("output", s.output);
    this.err = s.error == null ? out.local == null && out.kind == Kind.ALL ? Stream.OWN : out : stream("error", s.error);
  }

  private Stream stream(String option, String name) {
    if (name == null || name.equalsIgnoreCase("all")) {
      return Stream.OWN;
    }
    if (name.equalsIgnoreCase("none")) {
      return new Stream(Kind.NONE, "/dev/null", null, -1);
    }
    if (!name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int task = Integer.parseInt(name);
      if (task >= ntasks) {
        client.error("Task ID in filename is invalid");
        throw new Exit(1);
      }
      return new Stream(Kind.ONE, null, null, task);
    }
    StringBuilder b = new StringBuilder();
    boolean perTask = false;
    boolean escaped = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '\\') {
        escaped = true;
        continue;
      }
      if (c != '%' || escaped) {
        b.append(c);
        continue;
      }
      int digits = i + 1;
      while (digits < name.length() && Character.isDigit(name.charAt(digits))) {
        digits++;
      }
      char letter = digits < name.length() ? name.charAt(digits) : '%';
      String width = name.substring(i + 1, digits);
      switch (letter) {
        case '%' -> b.append('%');
        case 't', 'n', 'N' -> {
          perTask = true;
          b.append('%').append(width).append(letter);
        }
        case 's' -> b.append(padded(step, width));
        case 'j', 'A' -> b.append(padded(job, width));
        case 'J' -> b.append(padded(job, width)).append('.').append(step);
        case 'u' -> b.append(UserDatabase.userById(ProcessFacts.uid()).map(UserDatabase.User::name).orElse(""));
        case 'x' -> b.append(s.jobName == null ? "" : s.jobName);
        default -> b.append('%').append(width).append(letter);
      }
      i = Math.max(i + 1, digits);
    }
    String path = b.toString();
    return perTask ? new Stream(Kind.PER_TASK, path, null, -1) : new Stream(Kind.ALL, null, path, -1);
  }

  private static String padded(long number, String width) {
    String text = Long.toString(number);
    int wanted = width.isEmpty() ? 0 : Math.min(10, Integer.parseInt(width));
    return text.length() >= wanted ? text : "0".repeat(wanted - text.length()) + text;
  }

  InputStream openInput() {
    if (in.local == null) {
      return new FileInputStream(FileDescriptor.in);
    }
    try {
      return Files.newInputStream(path(in.local));
    } catch (IOException e) {
      client.error("Could not open stdin file: No such file or directory");
      throw new Exit(1);
    }
  }

  OutputStream openOutput() {
    return open(out, FileDescriptor.out);
  }

  /** The same stream as output when both go to one file. */
  OutputStream openError(OutputStream output) {
    return err.equals(out) && out.local != null ? output : open(err, FileDescriptor.err);
  }

  private OutputStream open(Stream stream, FileDescriptor standard) {
    if (stream.local == null) {
      return new FileOutputStream(standard);
    }
    boolean append = s.openMode == 1;
    OpenOption[] options = {
      StandardOpenOption.CREATE, StandardOpenOption.WRITE, append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING
    };
    try {
      return Files.newOutputStream(path(stream.local), options);
    } catch (IOException e) {
      // as the real ones: before 23.02 an error, later the tasks run and what they print is lost
      if (old) {
        client.error("Could not open " + (standard == FileDescriptor.out ? "stdout" : "stderr") + " file: No such file or directory");
        throw new Exit(1);
      }
      return OutputStream.nullOutputStream();
    }
  }

  private Path path(String name) {
    return ByteNames.path(name.startsWith("/") ? name : ByteNames.workingDirectory(client.env("PWD")) + "/" + name);
  }
}
