package io.clickledger.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.clickledger.serving.access.Issuer;
import io.clickledger.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** The API on a free port, and a client of it that takes no answer but those of the contract. */
public final class Api implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private static final String ADMIN = Issuer.shared().token("admin");

  private static final Contract CONTRACT = Contract.read();

  private final HttpClient client = HttpClient.newHttpClient();
  private final ServingApi api;

  private Api(ServingApi api) {
    this.api = api;
  }

  /** Starts the API at a time that stands still, and asks as an admin. */
  static Api start(String trinoUrl, Instant now, String... settings) {
    List<String> overrides = new ArrayList<>(List.of("http.port=0", "trino.url=" + trinoUrl));
    overrides.addAll(Issuer.shared().settings());
    overrides.addAll(List.of("access.burst=100000", "access.concurrent-requests=1000"));
    overrides.addAll(List.of(settings));
    ServingSettings read =
        Settings.read(
            ServingSettings.class, ServingSettings.DEFAULTS, List.of(), overrides, Map.of());
    return new Api(ServingApi.start(read, Clock.fixed(now, ZoneOffset.UTC)));
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + api.port() + path);
  }

  HttpResponse<String> get(String path, String... headers) {
    return send(request(path, headers).header("Authorization", "Bearer " + ADMIN));
  }

  /** Asks with a key or token. */
  HttpResponse<String> getAs(String credential, String path, String... headers) {
    return send(request(path, headers).header("Authorization", "Bearer " + credential));
  }

  /** Asks with these headers alone. */
  HttpResponse<String> getPlainly(String path, String... headers) {
    return send(request(path, headers));
  }

  /** Asks as an admin at an address that Java's client refuses; the answer with its head. */
  String getRaw(String path) {
    try (Socket socket = new Socket("127.0.0.1", api.port())) {
      String request =
          "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
              .formatted(path, ADMIN);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      check(path, answer);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(String path, String answer) {
    String[] parts = answer.split("\r\n\r\n", 2);
    String[] head = parts[0].split("\r\n");
    Map<String, List<String>> headers =
        Arrays.stream(head)
            .skip(1)
            .collect(
                Collectors.groupingBy(
                    line -> line.substring(0, line.indexOf(':')),
                    Collectors.mapping(
                        line -> line.substring(line.indexOf(':') + 1).strip(),
                        Collectors.toList())));
    int status = Integer.parseInt(head[0].split(" ")[1]);
    CONTRACT.check("GET", path.replaceAll("\\?.*", ""), status, headers, parts[1]);
  }

  HttpResponse<String> options(String path, String... headers) {
    return send(request(path, headers).method("OPTIONS", BodyPublishers.noBody()));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return checked(client.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> checked(HttpResponse<String> answer) {
    CONTRACT.check(
        answer.request().method(),
        answer.request().uri().getRawPath(),
        answer.statusCode(),
        answer.headers().map(),
        answer.body());
    return answer;
  }

  CompletableFuture<JsonNode> ask(String path) {
    HttpRequest request = request(path).header("Authorization", "Bearer " + ADMIN).build();
    return client
        .sendAsync(request, BodyHandlers.ofString())
        .thenApply(answer -> json(checked(answer)));
  }

  JsonNode json(String path) {
    HttpResponse<String> response = get(path);
    if (response.statusCode() != 200) {
      throw new AssertionError(path + " gave " + response.statusCode() + " " + response.body());
    }
    return json(response);
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(response.body(), e);
    }
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request;
  }

  @Override
  public void close() {
    api.close();
  }
}
