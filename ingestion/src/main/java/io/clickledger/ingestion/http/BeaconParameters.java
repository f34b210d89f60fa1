package io.clickledger.ingestion.http;

import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.json.ClickParameters;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The parameters of what browsers post: of {@code navigator.sendBeacon} and {@code <a ping>}. Those
 * of the query count; the body is read only where there is no query.
 */
final class BeaconParameters {

  /** What a browser sends with {@code <a ping>}; the body says nothing. */
  private static final String PING = "text/ping";

  /** Bodies that are read: beacons of a text, and of URLSearchParams or a form. */
  private static final List<String> READ =
      List.of("text/plain", "application/x-www-form-urlencoded");

  /** The page on which a pinged link is; the contract keeps it as an other field. */
  private static final String PAGE_URL = "page_url";

  private final RequestBody requestBody;

  /** A body may have what a query may have, and no more. */
  BeaconParameters(HttpSettings settings) {
    this.requestBody =
        new RequestBody(
            Math.min(settings.maxBodyBytes(), settings.maxHeadBytes()), settings.bodyTimeout());
  }

  /**
   * Reads the parameters of a request.
   *
   * @throws io.clickledger.http.ProblemException 415 where there is no query and the body is of
   *     another type; 408 or 413 where the body takes too long or is too large
   */
  ClickParameters read(Context context) throws IOException {
    String query = context.queryString();
    String type = mediaType(context.contentType());
    ClickParameters parameters = new ClickParameters();
    if (query != null && !query.isEmpty()) {
      parameters.addQuery(query);
    } else if (READ.contains(type)) {
      parameters.addQuery(text(requestBody.read(context)).strip());
    } else if (!type.isEmpty() && !type.equals(PING)) {
      throw IngestionProblems.unsupportedBeacon(READ, context.contentType());
    }
    if (type.equals(PING)) {
      parameters.addIfAbsent(PAGE_URL, context.header("Ping-From"));
      parameters.addIfAbsent(ClickField.CLICK_URL.wireName(), context.header("Ping-To"));
    }
    return parameters;
  }

  private static String mediaType(String contentType) {
    return contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /** Bytes that are not UTF-8 are read as those of a query are: different ones stay different. */
  private static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      return new String(body, StandardCharsets.ISO_8859_1);
    }
  }
}
