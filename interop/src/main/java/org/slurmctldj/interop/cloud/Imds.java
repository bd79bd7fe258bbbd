package org.slurmctldj.interop.cloud;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The instance metadata service, version 2 only, of every instance under /imds/INSTANCE-ID. */
final class Imds {
  static final String PREFIX = "/imds/";

  private static final String TOKEN = "X-aws-ec2-metadata-token";

  private final Fleet fleet;
  private final IdentityKey key;
  /** Token to instance id. */
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  Imds(Fleet fleet, IdentityKey key) {
    this.fleet = fleet;
    this.key = key;
  }

  void handle(HttpExchange http) throws IOException {
    String rest = http.getRequestURI().getPath().substring(PREFIX.length());
    int slash = rest.indexOf('/');
    FakeInstance instance = slash < 0 ? null : fleet.any(rest.substring(0, slash));
    if (instance == null || instance.state != FakeInstance.State.RUNNING) {
      FakeCloud.answer(http, 404, "no such instance\n");
      return;
    }
    String path = rest.substring(slash);
    if (http.getRequestMethod().equals("PUT") && path.equals("/latest/api/token")) {
      if (http.getRequestHeaders().getFirst(TOKEN + "-ttl-seconds") == null) {
        FakeCloud.answer(http, 400, "");
        return;
      }
      String token = UUID.randomUUID().toString();
      tokens.put(token, instance.id);
      FakeCloud.answer(http, 200, token);
      return;
    }
    String token = http.getRequestHeaders().getFirst(TOKEN);
    if (token == null || !instance.id.equals(tokens.get(token))) {
      FakeCloud.answer(http, 401, "");
      return;
    }
    if (path.equals("/latest/user-data")) {
      if (instance.userData.length == 0) {
        FakeCloud.answer(http, 404, "");
      } else {
        FakeCloud.answer(http, 200, instance.userData);
      }
      return;
    }
    String text = text(instance, path);
    FakeCloud.answer(http, text == null ? 404 : 200, text == null ? "" : text);
  }

  private String text(FakeInstance i, String path) {
    String tag = "/latest/meta-data/tags/instance/";
    if (path.startsWith(tag)) {
      return i.tags().get(path.substring(tag.length()));
    }
    return switch (path) {
      case "/latest/meta-data/instance-id" -> i.id;
      case "/latest/meta-data/instance-type" -> i.type();
      case "/latest/meta-data/local-ipv4" -> i.address;
      case "/latest/meta-data/local-hostname" -> i.hostName();
      case "/latest/meta-data/ami-launch-index" -> String.valueOf(i.launchIndex);
      case "/latest/meta-data/placement/availability-zone" -> i.zone;
      case "/latest/meta-data/placement/region" -> Region.NAME;
      case "/latest/dynamic/instance-identity/document" -> document(i);
      case "/latest/dynamic/instance-identity/signature" -> key.sign(document(i));
      default -> null;
    };
  }

  /** Members and their order are the real one's. */
  private static String document(FakeInstance i) {
    return "{\n  \"accountId\" : \"" + Region.ACCOUNT
        + "\",\n  \"architecture\" : \"x86_64\",\n  \"availabilityZone\" : \"" + i.zone
        + "\",\n  \"billingProducts\" : null,\n  \"devpayProductCodes\" : null,\n  \"marketplaceProductCodes\" : null,\n  \"imageId\" : \"" + Region.IMAGE
        + "\",\n  \"instanceId\" : \"" + i.id
        + "\",\n  \"instanceType\" : \"" + i.type()
        + "\",\n  \"kernelId\" : null,\n  \"pendingTime\" : \"" + DateTimeFormatter.ISO_INSTANT.format(i.launched.truncatedTo(ChronoUnit.SECONDS))
        + "\",\n  \"privateIp\" : \"" + i.address
        + "\",\n  \"ramdiskId\" : null,\n  \"region\" : \"" + Region.NAME
        + "\",\n  \"version\" : \"2017-09-30\"\n}";
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
