package org.slurmctldj.daemon;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The JVM passes over an AOT cache in silence when a flag or a jar differs: then each restart would be slow and nobody know. */
class AotCacheTest {
  @Test
  void theCacheServesNearlyAllClassesOfTwoLivesOfADaemon() throws IOException, InterruptedException {
    Path target = Path.of("target").toAbsolutePath();
    Path cache = target.resolve("slurmctld-j.aot");
    Assumptions.assumeTrue(Files.exists(cache), "no " + cache + ": run mvn package first");
    String classPath =
        String.join(":", Files.readAllLines(target.resolve("slurmctld-j.jars")).stream().map(j -> target + "/" + j).toList());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:AOTCache=" + cache,
                "@" + Path.of("../bin/lib/slurmctld-j.jvm").toAbsolutePath(),
                "-Xlog:class+load",
                "-cp",
                classPath,
                "org.slurmctldj.daemon.Training")
            .redirectErrorStream(true)
            .start();
    List<String> said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).lines().toList();
    int status = process.waitFor();
    // What the JVM spins at run time (lambda forms, proxies) no cache holds.
    List<String> loaded = said.stream().filter(line -> line.contains(" source: ") && !line.contains("/0x") && !line.contains("__")).toList();
    long shared = loaded.stream().filter(line -> line.contains("source: shared objects file")).count();
    assertTrue(status == 0 && loaded.size() > 3000, status + ", " + said.subList(Math.max(0, said.size() - 20), said.size()));
    assertTrue(shared >= loaded.size() * 98 / 100, shared + " of " + loaded.size() + " classes came from the cache");
  }
}
