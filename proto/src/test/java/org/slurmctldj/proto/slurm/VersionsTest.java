package org.slurmctldj.proto.slurm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/** One object, written for clients of every release. */
class VersionsTest {
  private static byte[] write(SlurmStruct s, int version) {
    Packer out = new Packer();
    s.write(out, version);
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {38, 39, 40, 41, 42, 43, 44, 45})
  void aControllersAnswerGoesToEveryRelease(int version) {
    JobInfo job =
        new JobInfo().jobId(17).name("wrap").userId(1000).jobState(1).stateReason(0).nodes("n[1-2]").partition("debug")
            .nodeInx(Bitmap.ofBits(4, 0, 1)).tresAllocStr("cpu=2").submitLine("sbatch x").segmentSize(3).licensesAllocated("a:1");
    JobInfoResponse answer = new JobInfoResponse().lastUpdate(5).jobs(List.of(job));
    Unpacker in = new Unpacker(write(answer, version));
    JobInfo back = JobInfoResponse.read(in, version).jobs().getFirst();
    assertEquals(0, in.remaining());
    assertEquals(17, back.jobId());
    assertEquals("wrap", back.name());
    assertEquals("n[1-2]", back.nodes());
    assertEquals(Bitmap.ofBits(4, 0, 1), back.nodeInx());
    assertEquals(version >= 44 ? "sbatch x" : null, back.submitLine());

    NodeInfo node = new NodeInfo().name("n1").cpus(4).allocCpus(2).allocMemory(100).allocTresFmtStr("cpu=2").topologyStr("t").extra("x");
    NodeInfoResponse nodes = new NodeInfoResponse().nodes(List.of(node, node)).hiddenNodes(Bitmap.ofBits(2, 0));
    List<NodeInfo> seen = NodeInfoResponse.read(new Unpacker(write(nodes, version)), version).nodes();
    assertNull(seen.getFirst());
    assertEquals(2, seen.getLast().allocCpus());
    assertEquals("cpu=2", seen.getLast().allocTresFmtStr());

    PartitionInfo part = new PartitionInfo().name("debug").flags(PartitionFlags.DEFAULT).maxCpusPerSocket(3).topologyName("t");
    assertEquals(PartitionFlags.DEFAULT, PartitionInfo.read(new Unpacker(write(part, version)), version).flags());

    BuildInfoResponse conf = new BuildInfoResponse().prolog(new String[] {"/a"}).clusterName("c").metricsType("m").nodePrefix("p");
    assertArrayEquals(new String[] {"/a"}, BuildInfoResponse.read(new Unpacker(write(conf, version)), version).prolog());
  }

  @Test
  void aRequestIsNeverHalfSent() {
    JobDescMsg job = new JobDescMsg().name("x").segmentSize(4);
    assertEquals(4, JobDescMsg.read(new Unpacker(write(job, 45)), 45).segmentSize());
    WireException e = assertThrows(WireException.class, () -> write(job, 40));
    assertTrue(e.getMessage().contains("segment_size"), e.getMessage());
  }

  @Test
  void aFieldThatGrewKeepsItsSpecialValues() {
    // state_reason: u16 in 22.05, u32 since
    JobInfo job = new JobInfo().stateReason(SlurmConstants.NO_VAL);
    assertEquals(SlurmConstants.NO_VAL, JobInfo.read(new Unpacker(write(job, 38)), 38).stateReason());
    assertEquals(SlurmConstants.NO_VAL, JobInfo.read(new Unpacker(write(job, 39)), 39).stateReason());
  }

  @Test
  void aStepIdCarriesTheJobInEveryVersion() {
    SubmitBatchJobResponse answer = new SubmitBatchJobResponse().jobId(9).errorCode(0);
    assertEquals(9, SubmitBatchJobResponse.read(new Unpacker(write(answer, 38)), 38).stepId().jobId());
    assertEquals(9, SubmitBatchJobResponse.read(new Unpacker(write(answer, 45)), 45).jobId());
    assertEquals("000000000000000000000009fffffffefffffffe0000000000000000", HexFormat.of().formatHex(write(answer, 45)));
  }

  @Test
  void aCountThatLiesAllocatesNothing() {
    byte[] lie = HexFormat.of().parseHex("7fffffff" + "0000000000000000" + "0000000000000000");
    assertThrows(WireException.class, () -> JobInfoResponse.read(new Unpacker(lie), 45));
    byte[] nodes = HexFormat.of().parseHex("ffffffff" + "0000000000000000" + "fffffffe");
    assertThrows(WireException.class, () -> NodeInfoResponse.read(new Unpacker(nodes), 45));
    byte[] bits = HexFormat.of().parseHex("7fffffff" + "00000004" + "30783000");
    assertThrows(WireException.class, () -> new Unpacker(bits).bitmap());
  }

  @Test
  void credentialsKeepTheirBytes() {
    SlurmCredArg arg = new SlurmCredArg().stepId(new StepId().jobId(3).stepId(0)).jobHostlist("n1");
    SlurmCred cred = SlurmCred.sign(arg, 42, packed -> "MUNGE:" + packed.length + ":");
    assertEquals("MUNGE:" + cred.packed().length + ":", cred.signature());
    assertEquals("n1", cred.arg().jobHostlist());
    SlurmCred back = SlurmCred.read(new Unpacker(write(cred, 42)), 42);
    assertEquals(cred, back);
    assertArrayEquals(cred.packed(), back.packed());
    assertThrows(WireException.class, () -> write(cred, 38));

    SlurmCred token = SlurmCred.token("eyJhbGciOiJIUzI1NiJ9.e30.x");
    assertEquals(token, SlurmCred.read(new Unpacker(write(token, 45)), 45));
  }

  @Test
  void aLogLineTellsNoSecrets() {
    JobDescMsg job = new JobDescMsg().name("x").script("#!/bin/sh\necho pw").environment(new String[] {"PW=geheim"}).x11MagicCookie("c00kie");
    String line = job.toString();
    assertTrue(line.contains("name=\"x\""), line);
    assertTrue(line.contains("environment=1 strings"), line);
    assertTrue(!line.contains("geheim") && !line.contains("c00kie") && !line.contains("echo"), line);
    String cred = SlurmCred.token("eyJsecret").toString();
    assertTrue(!cred.contains("secret"), cred);
  }

  @Test
  void errorsHaveTheTextOfTheRelease() {
    assertEquals("Invalid job id specified", SlurmError.of(2017).orElseThrow().text());
    assertEquals(SlurmError.ESLURM_MAX_JOB_COUNT, SlurmError.of(2007, 45).orElseThrow());
    assertEquals(SlurmError.ESLURM_ERROR_ON_DESC_TO_RECORD_COPY, SlurmError.of(2007, 38).orElseThrow());
    assertTrue(MessageType.of(9999).isEmpty());
  }
}
