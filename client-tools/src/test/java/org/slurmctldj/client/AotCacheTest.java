package org.slurmctldj.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The JVM passes over an AOT cache in silence when a flag or a jar differs: then every command would be slow and nobody know. */
class AotCacheTest {
  @Test
  void theCacheServesNearlyAllClassesOfACommand() throws IOException, InterruptedException {
    Path clients = Path.of("target/clients").toAbsolutePath();
    Path cache = clients.resolve("clients.aot");
    Assumptions.assumeTrue(Files.exists(cache), "no " + cache + ": run mvn package first");
    Path conf = Files.createTempFile("aot", ".conf");
    // nobody listens there: the command ends after its patience is over, long after its classes are loaded
    Files.writeString(conf, "ClusterName=x\nSlurmctldHost=localhost(127.0.0.1)\nSlurmctldPort=1\nMessageTimeout=1\n");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder command =
        new ProcessBuilder(
            java.toString(),
            "-XX:AOTCache=" + cache,
            "@" + Path.of("../bin/lib/client.jvm").toAbsolutePath(),
            "-Xlog:class+load",
            "-cp",
            clients.resolve("client-tools.jar") + ":" + clients.resolve("proto.jar") + ":" + clients.resolve("lz4-java.jar"),
            "org.slurmctldj.client.Main",
            "squeue");
    command.environment().put("SLURM_CONF", conf.toString());
    command.redirectErrorStream(true);
    Process process = command.start();
    List<String> loaded = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).lines().toList();
    process.waitFor();
    Files.delete(conf);
    long all = loaded.stream().filter(line -> line.contains(" source: ")).count();
    long shared = loaded.stream().filter(line -> line.contains("source: shared objects file")).count();
    assertTrue(all > 300, "class loading was not logged: " + loaded);
    assertTrue(shared >= all * 95 / 100, shared + " of " + all + " classes came from the cache");
  }
}
