import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * {@code java Profile.java FILE.jfr [THREAD]}: samples by thread, how the code runs that they found (interpreted, compiled), the
 * methods that run, and those of ours that they run for. Samples of CPU time (jdk.CPUTimeSample, the kernel's part with them) if the
 * recording has them, else of running Java code. With THREAD only those of threads whose name begins so.
 */
public final class Profile {
  private static final int MOST = 25;

  public static void main(String[] arguments) throws Exception {
    Map<String, Integer> threads = new HashMap<>();
    Map<String, Integer> running = new HashMap<>();
    Map<String, Integer> ours = new HashMap<>();
    Map<String, Integer> compiled = new HashMap<>();
    String wanted = arguments.length > 1 ? arguments[1] : "";
    boolean cpuTime = has(arguments[0], "jdk.CPUTimeSample");
    int samples = 0;
    try (RecordingFile file = new RecordingFile(Path.of(arguments[0]))) {
      while (file.hasMoreEvents()) {
        RecordedEvent e = file.readEvent();
        if (!e.getEventType().getName().equals(cpuTime ? "jdk.CPUTimeSample" : "jdk.ExecutionSample") || e.getStackTrace() == null) {
          continue;
        }
        var sampled = e.getThread(cpuTime ? "eventThread" : "sampledThread");
        String thread = sampled == null ? null : sampled.getJavaName();
        if (!wanted.isEmpty() && (thread == null || !thread.startsWith(wanted))) {
          continue;
        }
        samples++;
        threads.merge(thread == null ? "?" : thread.replaceAll("[-#]?\\d+", ""), 1, Integer::sum);
        Set<String> seen = new HashSet<>();
        boolean first = true;
        for (RecordedFrame f : e.getStackTrace().getFrames()) {
          String method = f.getMethod().getType().getName() + "." + f.getMethod().getName();
          if (first) {
            running.merge(method, 1, Integer::sum);
            compiled.merge(f.getType(), 1, Integer::sum);
            first = false;
          }
          if (method.startsWith("org.slurmctldj") && !method.contains("lambda$") && seen.add(method)) {
            ours.merge(method, 1, Integer::sum);
          }
        }
      }
    }
    System.out.println(
        samples + (cpuTime ? " samples of CPU time" : " samples of running Java code (system calls and what runs in the kernel are not among them)"));
    table("thread", threads);
    table("innermost frame", compiled);
    table("running", running);
    table("in or below, ours", ours);
  }

  private static boolean has(String file, String event) throws Exception {
    try (RecordingFile recording = new RecordingFile(Path.of(file))) {
      while (recording.hasMoreEvents()) {
        if (recording.readEvent().getEventType().getName().equals(event)) {
          return true;
        }
      }
      return false;
    }
  }

  private static void table(String title, Map<String, Integer> of) {
    System.out.println("  " + title);
    of.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(MOST)
        .forEach(e -> System.out.printf("  %6d %s%n", e.getValue(), e.getKey().replace("org.slurmctldj.", "")));
  }
}
