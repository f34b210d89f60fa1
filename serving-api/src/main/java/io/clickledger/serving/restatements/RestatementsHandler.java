package io.clickledger.serving.restatements;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Pins;
import io.clickledger.serving.pins.Publication;
import io.clickledger.serving.reports.BadParameter;
import io.clickledger.serving.reports.Measure;
import io.clickledger.serving.trino.SqlFile;
import io.clickledger.serving.trino.Trino;
import io.clickledger.serving.trino.TrinoQuery;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@code GET /v1/restatements?from=DAY&to=DAY[&advertiser_id=ID]}: every revision of final UTC days
 * from the first on and before the end, as it is published.
 */
public final class RestatementsHandler implements Handler {
  private static final SqlFile REVISIONS = SqlFile.named("revisions");
  private static final JsonFactory JSON = new JsonFactory();
  private static final String FROM = "from";
  private static final String TO = "to";
  private static final String ADVERTISER = "advertiser_id";
  private static final List<String> KNOWN = List.of(FROM, TO, ADVERTISER);
  private static final String DAY = "a UTC day as YYYY-MM-DD";
  private static final int MAX_ID_CHARACTERS = 256;

  private final Trino trino;
  private final Pins pins;

  public RestatementsHandler(Trino trino, Pins pins) {
    this.trino = trino;
    this.pins = pins;
  }

  @Override
  public void handle(Context context) {
    List<String> asked = parameters(context.queryParamMap());
    context.header("Cache-Control", "no-store");
    context.future(
        () ->
            pins.current()
                .thenCompose(
                    pin ->
                        revisions(pin, asked)
                            .thenAccept(
                                found ->
                                    context
                                        .contentType("application/json")
                                        .result(write(pin, found)))));
  }

  /** The parameters of the statement: two days, and an advertiser where one was given. */
  private static List<String> parameters(Map<String, List<String>> given) {
    List<BadParameter> bad = new ArrayList<>();
    given.keySet().stream()
        .filter(name -> !KNOWN.contains(name))
        .forEach(name -> bad.add(BadParameter.of(name, name, "one of " + KNOWN)));
    Optional<LocalDate> from = day(FROM, given, bad);
    Optional<LocalDate> to = day(TO, given, bad);
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
      bad.add(BadParameter.of(TO, to.get().toString(), "after from, which is " + from.get()));
    }
    Optional<String> advertiser = single(ADVERTISER, given, bad);
    advertiser
        .filter(id -> id.length() > MAX_ID_CHARACTERS)
        .ifPresent(
            id ->
                bad.add(
                    BadParameter.of(
                        ADVERTISER, id, "at most " + MAX_ID_CHARACTERS + " characters")));
    if (!bad.isEmpty()) {
      throw BadParameter.refused(bad);
    }
    List<String> parameters = new ArrayList<>();
    parameters.add(from.orElseThrow().toString());
    parameters.add(to.orElseThrow().toString());
    advertiser.ifPresent(parameters::add);
    return parameters;
  }

  private static Optional<LocalDate> day(
      String name, Map<String, List<String>> given, List<BadParameter> bad) {
    if (!given.containsKey(name)) {
      bad.add(BadParameter.missing(name, DAY));
      return Optional.empty();
    }
    return single(name, given, bad)
        .flatMap(
            text -> {
              try {
                return Optional.of(LocalDate.parse(text));
              } catch (DateTimeParseException e) {
                bad.add(BadParameter.of(name, text, DAY));
                return Optional.empty();
              }
            });
  }

  private static Optional<String> single(
      String name, Map<String, List<String>> given, List<BadParameter> bad) {
    List<String> values = given.getOrDefault(name, List.of());
    if (values.size() > 1) {
      bad.add(BadParameter.of(name, String.join(", ", values), "given once"));
      return Optional.empty();
    }
    return values.stream().findFirst();
  }

  private CompletableFuture<List<Revision>> revisions(Pin pin, List<String> parameters) {
    Optional<Publication> publication = pin.publication();
    if (publication.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    String text =
        REVISIONS.text(
            Map.of(
                "version",
                TrinoQuery.asOf(publication.get().restatementsSnapshotId()),
                "filter",
                parameters.size() > 2 ? "advertiser_id = ?" : "TRUE"));
    return trino.ask(
        new TrinoQuery(REVISIONS.name(), text, List.copyOf(parameters)), Revision::read);
  }

  private static byte[] write(Pin pin, List<Revision> revisions) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("as_of", pin.asOf().toString());
      json.writeArrayFieldStart("restatements");
      for (Revision revision : revisions) {
        write(revision, json);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void write(Revision revision, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("day", revision.day());
    json.writeNumberField("revision", revision.revision());
    json.writeNumberField("publication_id", revision.publicationId());
    json.writeStringField("published_at", revision.publishedAt());
    json.writeStringField("run_id", revision.runId());
    json.writeArrayFieldStart("causes");
    for (String cause : revision.causes()) {
      json.writeString(cause);
    }
    json.writeEndArray();
    json.writeStringField("currency", revision.currency());
    json.writeObjectFieldStart("change");
    for (Map.Entry<Measure, Long> change : revision.changes().entrySet()) {
      json.writeNumberField(change.getKey().column(), change.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
