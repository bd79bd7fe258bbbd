import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** {@code java Profile.java FILE.jfr}: samples by thread, the methods that run, and those of ours that they run for. */
public final class Profile {
  private static final int MOST = 25;

  public static void main(String[] arguments) throws Exception {
    Map<String, Integer> threads = new HashMap<>();
    Map<String, Integer> running = new HashMap<>();
    Map<String, Integer> ours = new HashMap<>();
    int samples = 0;
    try (RecordingFile file = new RecordingFile(Path.of(arguments[0]))) {
      while (file.hasMoreEvents()) {
        RecordedEvent e = file.readEvent();
        if (!e.getEventType().getName().equals("jdk.ExecutionSample") || e.getStackTrace() == null) {
          continue;
        }
        samples++;
        String thread = e.getThread("sampledThread").getJavaName();
        threads.merge(thread == null ? "?" : thread.replaceAll("[-#]?\\d+", ""), 1, Integer::sum);
        Set<String> seen = new HashSet<>();
        boolean first = true;
        for (RecordedFrame f : e.getStackTrace().getFrames()) {
          String method = f.getMethod().getType().getName() + "." + f.getMethod().getName();
          if (first) {
            running.merge(method, 1, Integer::sum);
            first = false;
          }
          if (method.startsWith("org.slurmctldj") && !method.contains("lambda$") && seen.add(method)) {
            ours.merge(method, 1, Integer::sum);
          }
        }
      }
    }
    System.out.println(samples + " samples of running Java code (system calls and what runs in the kernel are not among them)");
    table("thread", threads);
    table("running", running);
    table("in or below, ours", ours);
  }

  private static void table(String title, Map<String, Integer> of) {
    System.out.println("  " + title);
    of.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(MOST)
        .forEach(e -> System.out.printf("  %6d %s%n", e.getValue(), e.getKey().replace("org.slurmctldj.", "")));
  }
}
