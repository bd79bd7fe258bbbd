package org.slurmctldj.agent.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * EC2's instance metadata service, version 2: by IPv4, or by IPv6 where the instance has no IPv4 endpoint. The variable
 * AWS_EC2_METADATA_SERVICE_ENDPOINT, which the AWS SDKs know, names another one. Blocks.
 */
final class InstanceMetadata {
  static final String ENDPOINT_VARIABLE = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

  private static final String IPV4 = "http://169.254.169.254";
  private static final String IPV6 = "http://[fd00:ec2::254]";
  private static final int TIMEOUT_MILLIS = 2000;
  private static final int TOKEN_SECONDS = 300;
  private static final int LARGEST = 1 << 20;

  private final List<String> endpoints;
  private String endpoint;
  private String token;

  InstanceMetadata(Map<String, String> environment) {
    String named = environment.getOrDefault(ENDPOINT_VARIABLE, "");
    this.endpoints = named.isEmpty() ? List.of(IPV4, IPV6) : List.of(named.endsWith("/") ? named.substring(0, named.length() - 1) : named);
  }

  /**
   * Takes a session's token; must come first.
   *
   * @throws IOException a sentence: no endpoint answers
   */
  void open() throws IOException {
    IOException first = null;
    for (String e : endpoints) {
      try {
        HttpURLConnection http = connect(e, "/latest/api/token");
        http.setRequestMethod("PUT");
        http.setRequestProperty("X-aws-ec2-metadata-token-ttl-seconds", String.valueOf(TOKEN_SECONDS));
        token = new String(body(http), StandardCharsets.US_ASCII);
        endpoint = e;
        return;
      } catch (IOException failure) {
        first = first == null ? failure : first;
      }
    }
    throw new IOException("no instance metadata service: " + first.getMessage(), first);
  }

  /** @throws IOException also if there is none of that name */
  String text(String path) throws IOException {
    return new String(bytes(path).orElseThrow(() -> new IOException("instance metadata has no " + path)), StandardCharsets.UTF_8);
  }

  /** Empty if there is none of that name. */
  Optional<byte[]> bytes(String path) throws IOException {
    HttpURLConnection http = connect(endpoint, path);
    http.setRequestProperty("X-aws-ec2-metadata-token", token);
    return http.getResponseCode() == 404 ? Optional.empty() : Optional.of(body(http));
  }

  private static HttpURLConnection connect(String endpoint, String path) throws IOException {
    // never through a proxy: what it says is about this machine
    HttpURLConnection http = (HttpURLConnection) URI.create(endpoint + path).toURL().openConnection(java.net.Proxy.NO_PROXY);
    http.setConnectTimeout(TIMEOUT_MILLIS);
    http.setReadTimeout(TIMEOUT_MILLIS);
    return http;
  }

  private static byte[] body(HttpURLConnection http) throws IOException {
    if (http.getResponseCode() != 200) {
      throw new IOException("instance metadata service: HTTP " + http.getResponseCode() + " for " + http.getURL().getPath());
    }
    try (InputStream in = http.getInputStream()) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new IOException("instance metadata of more than " + LARGEST + " bytes for " + http.getURL().getPath());
      }
      return bytes;
    }
  }
}
