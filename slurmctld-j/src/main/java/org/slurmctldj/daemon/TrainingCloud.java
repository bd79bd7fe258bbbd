package org.slurmctldj.daemon;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/**
 * Answers like EC2, for {@link Training} alone: what an order asks for is pending for ever. Without it the first use of the AWS
 * SDK and of pools takes a controller with a cloud two seconds more at each start, and its first order of many nodes finds cold code.
 */
final class TrainingCloud implements AutoCloseable {
  /** Nodes of the group. */
  static final int NODES = 400;

  private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";

  private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
  private final List<String> instances = new ArrayList<>();

  TrainingCloud() throws IOException {
    System.setProperty("aws.accessKeyId", "TRAINING");
    System.setProperty("aws.secretAccessKey", "none");
    System.setProperty("aws.disableEc2Metadata", "true");
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newFixedThreadPool(2, work -> {
      Thread thread = new Thread(work, "training-cloud");
      thread.setDaemon(true);
      return thread;
    }));
    server.start();
  }

  /** A group of {@link #NODES} nodes and a queue. */
  void writePools(Path directory, int controllerPort) throws IOException {
    Files.createFile(directory.resolve("identity.pem"));
    Files.writeString(
        directory.resolve("pools.yaml"),
        """
        cloud:
          provider: ec2
          region: training-1
          endpoint: http://127.0.0.1:%d
          controllers: [127.0.0.1:%d]
        groups:
          pool:
            max: %d
            image: ami-00000001
            options:
              - {types: c5.large, subnets: subnet-0000000a}
        queues:
          pool:
            groups: [pool]
        """.formatted(server.getAddress().getPort(), controllerPort, NODES),
        StandardCharsets.ISO_8859_1);
  }

  synchronized int ordered() {
    return instances.size();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> request = new TreeMap<>();
      for (String pair : new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8).split("&")) {
        int equals = pair.indexOf('=');
        request.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
      String action = request.get("Action");
      boolean dry = "true".equals(request.get("DryRun"));
      String text =
          dry
              ? "<Response><Errors><Error><Code>DryRunOperation</Code><Message>training</Message></Error></Errors><RequestID>t</RequestID></Response>"
              : "<" + action + "Response xmlns=\"" + NAMESPACE + "\"><requestId>t</requestId>" + body(action, request) + "</" + action + "Response>";
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "text/xml");
      exchange.sendResponseHeaders(dry ? 412 : 200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private synchronized String body(String action, Map<String, String> request) {
    return switch (action) {
      case "DescribeSubnets" ->
          "<subnetSet><item><subnetId>subnet-0000000a</subnetId><vpcId>vpc-1</vpcId><availabilityZone>training-1a</availabilityZone></item></subnetSet>";
      case "DescribeInstanceTypes" ->
          "<instanceTypeSet><item><instanceType>c5.large</instanceType><processorInfo><supportedArchitectures><item>x86_64</item>"
              + "</supportedArchitectures></processorInfo><vCpuInfo><defaultVCpus>1</defaultVCpus><defaultCores>1</defaultCores>"
              + "<defaultThreadsPerCore>1</defaultThreadsPerCore></vCpuInfo><memoryInfo><sizeInMiB>4096</sizeInMiB></memoryInfo></item></instanceTypeSet>";
      case "RunInstances" -> {
        List<String> started = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(request.get("MaxCount")); i++) {
          started.add(instance(instances.size() + i, i, request));
        }
        instances.addAll(started);
        yield "<reservationId>r-1</reservationId><instancesSet>" + String.join("", started) + "</instancesSet>";
      }
      case "DescribeInstances" ->
          "<reservationSet><item><reservationId>r-1</reservationId><instancesSet>" + String.join("", instances)
              + "</instancesSet></item></reservationSet>";
      case "DescribeInstanceStatus" -> "<instanceStatusSet/>";
      case "TerminateInstances" -> {
        instances.clear();
        yield "<instancesSet/>";
      }
      default -> "";
    };
  }

  /** With the tags of its order, by which the controller knows it. */
  private static String instance(int number, int index, Map<String, String> request) {
    StringBuilder tags = new StringBuilder();
    for (int i = 1; request.containsKey("TagSpecification.1.Tag." + i + ".Key"); i++) {
      tags.append("<item><key>").append(request.get("TagSpecification.1.Tag." + i + ".Key")).append("</key><value>")
          .append(request.get("TagSpecification.1.Tag." + i + ".Value")).append("</value></item>");
    }
    return "<item><instanceId>i-%017x</instanceId><amiLaunchIndex>%d</amiLaunchIndex><instanceType>c5.large</instanceType>".formatted(number + 1, index)
        + "<instanceState><code>0</code><name>pending</name></instanceState><privateIpAddress>127.0.0.1</privateIpAddress>"
        + "<subnetId>subnet-0000000a</subnetId><placement><availabilityZone>training-1a</availabilityZone></placement><tagSet>" + tags + "</tagSet></item>";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
