package org.slurmctldj.agent.cloud;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.agent.link.NodeLink;
import org.slurmctldj.proto.agent.JoinFile;
import org.slurmctldj.proto.agent.Joined;

/** An instance before it is a node; the controller's side is tested where the controller is. */
class CloudBootTest {
  private static final String ID = "i-0123456789abcdef0";
  private static final String TOKEN = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

  @TempDir Path directory;
  private HttpServer metadata;
  private final Map<String, String> answers = new java.util.concurrent.ConcurrentHashMap<>();

  @BeforeEach
  void open() throws IOException {
    metadata = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    metadata.createContext("/", this::answer);
    metadata.start();
    answers.put("/latest/meta-data/instance-id", ID);
    answers.put("/latest/meta-data/instance-type", "c5.large");
    answers.put("/latest/meta-data/local-ipv4", "127.0.0.9");
    answers.put("/latest/dynamic/instance-identity/document", "{}");
    answers.put("/latest/dynamic/instance-identity/signature", "AA==");
  }

  @AfterEach
  void close() {
    metadata.stop(0);
  }

  private void answer(HttpExchange http) throws IOException {
    boolean tokenAsked = http.getRequestMethod().equals("PUT") && http.getRequestURI().getPath().equals("/latest/api/token");
    boolean shown = "secret".equals(http.getRequestHeaders().getFirst("X-aws-ec2-metadata-token"));
    String text = tokenAsked ? "secret" : answers.get(http.getRequestURI().getPath());
    int status = !tokenAsked && !shown ? 401 : text == null ? 404 : 200;
    byte[] body = status == 200 ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
    http.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      http.getResponseBody().write(body);
    }
    http.close();
  }

  private Map<String, String> environment() {
    return Map.of(InstanceMetadata.ENDPOINT_VARIABLE, "http://127.0.0.1:" + metadata.getAddress().getPort());
  }

  private static String userData(String controllers) {
    return "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/cloud-config\n\n#: order=not-this\n"
        + "--b\nContent-Type: text/x-shellscript; charset=\"us-ascii\"\nContent-Disposition: attachment; filename=\"slurmctld-j-join.sh\"\n\n#!/bin/sh\n"
        + "#: cluster=hydra\n#: controllers=" + controllers + "\n#: order=o-1\n#: token=" + TOKEN + "\nexec agent --cloud-join\n--b--\n";
  }

  private CloudBoot boot(Duration timeout) {
    return new CloudBoot(
        new CloudBoot.Settings(directory.resolve("state"), directory.resolve("hooks"), timeout, List.of("/bin/sh", "-c", "echo down >> " + directory.resolve("shutdown")), "test"),
        environment());
  }

  private void hook(String name, String text) throws IOException {
    Path hook = directory.resolve("hooks").resolve(name);
    Files.createDirectories(hook.getParent());
    Files.writeString(hook, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void theUserDatasOwnPartSaysWhereToGo() throws IOException {
    JoinFacts facts = JoinFacts.of(userData("10.0.0.5:6817,[fd00::5]:6820").getBytes(StandardCharsets.ISO_8859_1));
    assertEquals("hydra", facts.cluster());
    assertEquals("o-1", facts.order());
    assertEquals(TOKEN, facts.secret().text());
    assertEquals(List.of(new NodeLink.Controller("10.0.0.5", 6817), new NodeLink.Controller("fd00::5", 6820)), facts.controllers());
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(userData("c:1").getBytes(StandardCharsets.ISO_8859_1));
    }
    assertEquals("o-1", JoinFacts.of(packed.toByteArray()).order());
  }

  @Test
  void userDataOfOthersIsNamedAsSuch() {
    assertTrue(assertThrows(IOException.class, () -> JoinFacts.of("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII))).getMessage().contains("no part of slurmctld-j"));
    byte[] damaged = userData("c:1").replace("#: token=" + TOKEN, "#: token=short").getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(assertThrows(IOException.class, () -> JoinFacts.of(damaged)).getMessage().contains("is damaged"));
  }

  @Test
  void metadataIsReadWithASessionsTokenOnly() throws IOException {
    InstanceMetadata m = new InstanceMetadata(environment());
    m.open();
    assertEquals(ID, m.text("/latest/meta-data/instance-id"));
    assertEquals(Optional.empty(), m.bytes("/latest/user-data"));
  }

  @Test
  void anInstanceThatCannotRegisterShutsItselfDown() {
    answers.put("/latest/user-data", userData("127.0.0.1:1"));
    var e = assertThrows(CloudBoot.GivenUpException.class, () -> boot(Duration.ofSeconds(1)).join());
    assertEquals("Registration timeout (1 seconds) reached. Exiting.", e.getMessage());
    assertTrue(Files.exists(directory.resolve("shutdown")));
  }

  @Test
  void hooksRunInTheOrderOfTheirNamesBeforeAnythingIsAsked() throws IOException {
    hook("20-second", "echo second >> " + directory.resolve("hooks.log"));
    hook("10-first", "echo first >> " + directory.resolve("hooks.log"));
    answers.put("/latest/user-data", userData("127.0.0.1:1"));
    assertThrows(CloudBoot.GivenUpException.class, () -> boot(Duration.ofSeconds(1)).join());
    assertEquals(List.of("first", "second"), Files.readAllLines(directory.resolve("hooks.log")));
  }

  @Test
  void aHookThatFailsEndsTheInstance() throws IOException {
    hook("10-bad", "exit 3");
    var e = assertThrows(CloudBoot.GivenUpException.class, () -> boot(Duration.ofSeconds(600)).join());
    assertEquals("bootstrap hook " + directory.resolve("hooks/10-bad") + " ended with status 3", e.getMessage());
    assertEquals("down\n", Files.readString(directory.resolve("shutdown")));
  }

  @Test
  void aRebootedInstanceIsTheNodeItWasAndAsksNobody() throws Exception {
    CloudDirectory d = new CloudDirectory(directory.resolve("state"));
    byte[] key = {1, 2, 3};
    d.store(
        ID, "c5.large", "127.0.0.9",
        Joined.newBuilder().setNodeName("g-4").setClusterName("hydra")
            .addFiles(JoinFile.newBuilder().setName("slurm.conf").setContent(ByteString.copyFromUtf8("ClusterName=hydra\n")))
            .addSecrets(JoinFile.newBuilder().setName("slurm.key").setContent(ByteString.copyFrom(key))).build());
    hook("10-never", "touch " + directory.resolve("ran"));
    CloudBoot.Node node = boot(Duration.ofSeconds(600)).join();
    assertEquals("g-4", node.name());
    assertEquals("127.0.0.9", node.address());
    assertEquals("ClusterName=hydra\n", Files.readString(node.slurmConf()));
    assertArrayEquals(key, Files.readAllBytes(node.keys().resolve("slurm.key")));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(node.keys().resolve("slurm.key"))));
    assertFalse(Files.exists(directory.resolve("ran")));
  }

  @Test
  void anImageMadeOfANodeIsNotThatNode() throws IOException {
    CloudDirectory d = new CloudDirectory(directory.resolve("state"));
    d.store("i-0fedcba9876543210", "c5.large", "127.0.0.9", Joined.newBuilder().setNodeName("g-4").build());
    assertEquals(Optional.empty(), d.membership(ID));
    assertFalse(java.util.Arrays.equals(d.claim(ID), d.claim("i-0fedcba9876543210")));
    assertArrayEquals(d.claim(ID), d.claim(ID));
  }

  @Test
  void aFileNameThatLeadsElsewhereIsRefused() {
    CloudDirectory d = new CloudDirectory(directory.resolve("state"));
    Joined bad = Joined.newBuilder().setNodeName("g-1").addFiles(JoinFile.newBuilder().setName("../passwd")).build();
    assertThrows(IOException.class, () -> d.store(ID, "t", "a", bad));
  }
}
