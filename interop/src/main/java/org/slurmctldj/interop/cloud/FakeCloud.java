package org.slurmctldj.interop.cloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ec2.model.ResponseLaunchTemplateData;

/**
 * {@code fake-cloud PORT DIRECTORY}: the fake as a program. POST / is EC2, /imds/ID/ the metadata service of an instance,
 * /fake what tests ask and order:
 *
 * <pre>
 *   GET  /fake/instances                         one line each: id state type zone address node order
 *   POST /fake/fault?what=error&code=…&type=…&zone=…&market=…&action=…&times=…   (what: see {@link Faults.What})
 *   POST /fake/clear                             no faults any more
 *   POST /fake/kill?instance=…                   it dies
 *   POST /fake/impair?instance=…                 its status check fails from now on
 *   POST /fake/schedule?instance=…&event=…&description=…  an event is scheduled for it, e.g. instance-retirement
 *   POST /fake/template?id=…&version=…[&image=…]   the body is its user data
 * </pre>
 */
public final class FakeCloud implements AutoCloseable {
  /** The one access key that is taken; its secret is not looked at. */
  public static final String ACCESS_KEY = "FAKECLOUDACCESSKEY";

  private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/]+)/[0-9]{8}/[^/]+/ec2/aws4_request");

  private final HttpServer server;
  private final Region region = new Region();
  private final Faults faults = new Faults();
  private final Fleet fleet;
  private final Ec2Actions actions;
  private final Imds imds;
  private final IdentityKey key;

  /** {@code boots}: whether instances get processes. */
  public FakeCloud(int port, Path directory, boolean boots) throws IOException, GeneralSecurityException, InterruptedException {
    Files.createDirectories(directory);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
    key = IdentityKey.in(directory);
    Fleet[] theFleet = new Fleet[1];
    Fleet.Watcher watcher =
        boots
            ? new InstanceBoot(directory, endpoint() + Imds.PREFIX, id -> theFleet[0].end(id, "Client.InstanceInitiatedShutdown"))
            : new Nobody();
    fleet = new Fleet(region, faults, watcher);
    theFleet[0] = fleet;
    actions = new Ec2Actions(region, fleet, faults);
    imds = new Imds(fleet, key);
    server.createContext("/", this::ec2);
    server.createContext(Imds.PREFIX, imds::handle);
    server.createContext("/fake", this::control);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  private static final class Nobody implements Fleet.Watcher {
    @Override
    public void running(FakeInstance instance) {}

    @Override
    public void ending(FakeInstance instance) {}
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** PEM file that the controller checks identity documents with. */
  public Path identityCertificate() {
    return key.certificate();
  }

  // ---- EC2

  private void ec2(HttpExchange http) throws IOException {
    String requestId = UUID.randomUUID().toString();
    Map<String, String> parameters = QueryShape.form(new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    String action = parameters.getOrDefault("Action", "");
    try {
      authenticate(http);
      SdkPojo answer = actions.act(parameters);
      pause(faults.millis(Faults.What.DELAY, action, null, null, 0));
      if (faults.happens(Faults.What.LOSE, action, null, null)) {
        http.close();
        return;
      }
      answer(http, 200, XmlShape.answer(action, answer, requestId));
    } catch (Ec2Fault e) {
      pause(faults.millis(Faults.What.DELAY, action, null, null, 0));
      answer(http, e.httpStatus(), e.xml(requestId));
    } catch (RuntimeException e) {
      e.printStackTrace();
      answer(http, 500, new Ec2Fault("InternalError", "the fake failed: " + e).xml(requestId));
    }
  }

  private static void authenticate(HttpExchange http) {
    String header = http.getRequestHeaders().getFirst("Authorization");
    var credential = header == null ? null : CREDENTIAL.matcher(header);
    if (credential == null || !credential.find()) {
      throw new Ec2Fault("MissingAuthenticationToken", "Request is missing Authentication Token");
    }
    if (!credential.group(1).equals(ACCESS_KEY)) {
      throw new Ec2Fault("AuthFailure", "AWS was not able to validate the provided access credentials");
    }
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- control

  private void control(HttpExchange http) throws IOException {
    Map<String, String> query = QueryShape.form(http.getRequestURI().getRawQuery() == null ? "" : http.getRequestURI().getRawQuery());
    try {
      switch (http.getRequestURI().getPath()) {
        case "/fake/instances" -> answer(http, 200, instances());
        case "/fake/fault" -> {
          fault(query);
          answer(http, 200, "");
        }
        case "/fake/clear" -> {
          faults.clear();
          answer(http, 200, "");
        }
        case "/fake/kill" -> {
          fleet.end(query.get("instance"), "Server.InternalError: killed by the test");
          answer(http, 200, "");
        }
        case "/fake/schedule" -> {
          schedule(query.get("instance"), query.get("event"), query.getOrDefault("description", ""));
          answer(http, 200, "");
        }
        case "/fake/impair" -> {
          impair(query.get("instance"));
          answer(http, 200, "");
        }
        case "/fake/template" -> {
          byte[] userData = http.getRequestBody().readAllBytes();
          template(query, userData);
          answer(http, 200, "");
        }
        default -> answer(http, 200, "This is a fake EC2 for tests of slurmctld-j. It is not AWS.\n");
      }
    } catch (RuntimeException e) {
      answer(http, 400, e + "\n");
    }
  }

  private void template(Map<String, String> query, byte[] userData) {
    ResponseLaunchTemplateData.Builder data = ResponseLaunchTemplateData.builder().imageId(query.getOrDefault("image", Region.IMAGE));
    if (userData.length > 0) {
      data.userData(Base64.getEncoder().encodeToString(userData));
    }
    template(query.get("id"), query.get("version"), data.build());
  }

  public void template(String id, String version, ResponseLaunchTemplateData data) {
    region.template(id, version, data);
  }

  /** As POST /fake/fault. */
  public void fault(Map<String, String> query) {
    Map<String, String> of = new TreeMap<>(query);
    faults.add(Faults.What.valueOf(String.valueOf(of.remove("what")).toUpperCase(Locale.ROOT)), of);
  }

  /** As POST /fake/kill. */
  public void kill(String instance) {
    fleet.end(instance, "Server.InternalError: killed by the test");
  }

  /** As POST /fake/impair. */
  public void impair(String instance) {
    fleet.any(instance).status = "impaired";
  }

  /** As POST /fake/schedule. */
  public void schedule(String instance, String event, String description) {
    FakeInstance i = fleet.any(instance);
    i.events = java.util.stream.Stream.concat(i.events.stream(), java.util.stream.Stream.of(event, description)).toList();
  }

  /** As GET /fake/instances. */
  public String instances() {
    StringBuilder out = new StringBuilder();
    for (FakeInstance i : fleet.all()) {
      Map<String, String> tags = i.tags();
      out.append(i.id).append(' ').append(i.state.text()).append(' ').append(i.type()).append(' ').append(i.zone).append(' ').append(i.address)
          .append(' ').append(i.launchIndex).append(' ').append(tags.getOrDefault("slurmctld-j:nodes", "-")).append(' ')
          .append(tags.getOrDefault("slurmctld-j:order", "-")).append('\n');
    }
    return out.toString();
  }

  static void answer(HttpExchange http, int status, String text) throws IOException {
    answer(http, status, Imds.utf8(text));
  }

  static void answer(HttpExchange http, int status, byte[] bytes) throws IOException {
    http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      http.getResponseBody().write(bytes);
    }
    http.close();
  }

  @Override
  public void close() {
    server.stop(0);
    fleet.close();
  }

  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      System.err.println("usage: fake-cloud PORT DIRECTORY");
      System.exit(2);
    }
    FakeCloud cloud = new FakeCloud(Integer.parseInt(args[0]), Path.of(args[1]).toAbsolutePath(), true);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(cloud::close));
    System.out.println("fake-cloud (a fake, not AWS) at " + cloud.endpoint() + ", certificate " + cloud.identityCertificate());
    Thread.currentThread().join();
  }
}
