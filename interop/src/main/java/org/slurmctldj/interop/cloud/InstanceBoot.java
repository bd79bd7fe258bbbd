package org.slurmctldj.interop.cloud;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * What cloud-init does on a real instance, on this machine: runs the shell scripts of the user data in their order, with the
 * instance's metadata service in the environment. All processes of an instance are found again by a variable of their
 * environment and killed when it ends.
 */
final class InstanceBoot implements Fleet.Watcher {
  /** Marks the processes of an instance; its value is the instance's id. */
  static final String MARK = "FAKE_CLOUD_INSTANCE";

  private final Path directory;
  private final String imdsBase;
  private final Consumer<String> shutDown;
  /**
   * Held while a script is written and while one is started: a process that is forked meanwhile has the other's file open for
   * writing for a moment, and the kernel runs no such file ("Text file busy").
   */
  private static final Object STARTING = new Object();

  private final Map<String, Thread> booting = new ConcurrentHashMap<>();

  /** {@code shutDown}: told the id of an instance that shuts itself down. */
  InstanceBoot(Path directory, String imdsBase, Consumer<String> shutDown) {
    this.directory = directory;
    this.imdsBase = imdsBase;
    this.shutDown = shutDown;
  }

  @Override
  public void running(FakeInstance instance) {
    booting.put(instance.id, Thread.ofVirtual().name("boot " + instance.id).start(() -> boot(instance)));
  }

  private void boot(FakeInstance instance) {
    Path home = directory.resolve(instance.id);
    try {
      Files.createDirectories(home);
      int number = 0;
      for (String script : scripts(instance.userData)) {
        Path part = home.resolve(String.format("part-%03d", ++number));
        ProcessBuilder builder = new ProcessBuilder(part.toString()).directory(home.toFile()).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("console.log").toFile()));
        builder.environment().put(MARK, instance.id);
        builder.environment().put("FAKE_CLOUD_INSTANCE_DIRECTORY", home.toString());
        builder.environment().put("AWS_EC2_METADATA_SERVICE_ENDPOINT", imdsBase + instance.id);
        Process process;
        synchronized (STARTING) {
          Files.writeString(part, script, StandardCharsets.ISO_8859_1);
          Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwx------"));
          process = builder.start();
        }
        process.getOutputStream().close();
        int status = process.waitFor();
        if (status != 0) {
          Files.writeString(home.resolve("console.log"), part.getFileName() + " ended with status " + status + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
      }
      while (!Files.exists(home.resolve("shutdown"))) {
        TimeUnit.MILLISECONDS.sleep(200);
      }
      shutDown.accept(instance.id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      System.err.println("fake-cloud: instance " + instance.id + ": " + e);
    }
  }

  @Override
  public void ending(FakeInstance instance) {
    Thread boot = booting.remove(instance.id);
    if (boot != null) {
      boot.interrupt();
      kill(instance.id);
    }
  }

  /** Until none is left: one may just be starting another. */
  private static void kill(String id) {
    for (int round = 0; round < 50; round++) {
      List<ProcessHandle> family = new ArrayList<>();
      ProcessHandle.allProcesses().filter(p -> isOf(p, id)).forEach(p -> {
        family.add(p);
        p.descendants().forEach(family::add);
      });
      if (family.isEmpty()) {
        return;
      }
      family.forEach(ProcessHandle::destroyForcibly);
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static boolean isOf(ProcessHandle process, String id) {
    try {
      byte[] environment = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ"));
      return ("\0" + new String(environment, StandardCharsets.ISO_8859_1)).contains("\0" + MARK + "=" + id + "\0");
    } catch (IOException e) {
      return false;
    }
  }

  /** Bodies of the text/x-shellscript parts; a text that is one script alone. */
  static List<String> scripts(byte[] userData) throws IOException {
    byte[] plain = userData;
    if (plain.length > 2 && (plain[0] & 255) == 0x1f && (plain[1] & 255) == 0x8b) {
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(plain))) {
        plain = in.readAllBytes();
      }
    }
    String text = new String(plain, StandardCharsets.ISO_8859_1);
    if (text.startsWith("#!")) {
      return List.of(text);
    }
    List<String> scripts = new ArrayList<>();
    java.util.regex.Matcher boundary = java.util.regex.Pattern.compile("boundary=\"([^\"]+)\"").matcher(text);
    if (!boundary.find()) {
      return scripts;
    }
    for (String part : text.split(java.util.regex.Pattern.quote("--" + boundary.group(1)))) {
      int body = part.indexOf("\n\n");
      if (body > 0 && part.substring(0, body).toLowerCase(java.util.Locale.ROOT).contains("text/x-shellscript")) {
        scripts.add(part.substring(body + 2));
      }
    }
    return scripts;
  }
}
