package org.slurmctldj.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.slurmctldj.agent.TestNode.until;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.nodelink.LinkCertificate;

/** The agent in a process of its own, whose link goes through TLS. */
class TlsLinkTest {
  @TempDir Path directory;
  private TestNode node;
  private LinkCertificate certificate;

  @BeforeEach
  void prepare() throws Exception {
    // the key does not depend on the port
    node = new TestNode(directory, 1);
    certificate = LinkCertificate.in(Files.createDirectory(directory.resolve("controller")));
  }

  @Test
  void aJobRunsOverTls() throws Exception {
    try (FakeController controller = new FakeController(node.identity, certificate, certificate)) {
      node.configure(controller.port());
      try (AgentProcess agent = AgentProcess.start(directory, TestNode.NODE, "--tls")) {
        controller.awaitRegistrations(1);
        controller.launch(node.job(12, "#!/bin/sh\nexit 3\n").build());
        assertEquals(3 << 8, controller.awaitEnd("12.0.batch").getWaitStatus());
      }
    }
  }

  @Test
  void aControllerWhoseProofIsForAnotherCertificateLearnsNothing() throws Exception {
    LinkCertificate another = LinkCertificate.in(Files.createDirectory(directory.resolve("middle")));
    try (FakeController controller = new FakeController(node.identity, another, certificate)) {
      node.configure(controller.port());
      try (AgentProcess agent = AgentProcess.start(directory, TestNode.NODE, "--tls")) {
        until("the refusal", () -> agent.output().contains("the controller did not prove itself"));
        assertEquals(0, controller.count(AgentMessage::hasRegistration));
      }
    }
  }
}
