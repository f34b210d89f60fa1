package io.clickledger.serving.restatements;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickledger.serving.access.Access;
import io.clickledger.serving.parameters.BadParameter;
import io.clickledger.serving.parameters.GivenParameters;
import io.clickledger.serving.parameters.QueryString;
import io.clickledger.serving.parameters.ValueForm;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Pins;
import io.clickledger.serving.pins.Publication;
import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Measure;
import io.clickledger.serving.reports.query.Scope;
import io.clickledger.serving.trino.AskerLimits;
import io.clickledger.serving.trino.RowFilter;
import io.clickledger.serving.trino.SqlFile;
import io.clickledger.serving.trino.Trino;
import io.clickledger.serving.trino.TrinoQuery;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * {@code GET /v1/restatements?from=DAY&to=DAY[&advertiser_id=ID]}: every revision of final UTC days
 * from the first on and before the end, as it is published.
 */
public final class RestatementsHandler implements Handler {
  private static final SqlFile REVISIONS = SqlFile.named("revisions");
  private static final JsonFactory JSON = new JsonFactory();
  private static final String FROM = "from";
  private static final String TO = "to";
  private static final List<String> KNOWN = List.of(FROM, TO, Dimension.ADVERTISER_ID.column());

  private final Trino trino;
  private final AskerLimits askers;
  private final Pins pins;
  private final Executor writers;

  /**
   * @param trino for what users ask
   * @param writers threads that may wait for whoever reads slowly
   */
  public RestatementsHandler(Trino trino, AskerLimits askers, Pins pins, Executor writers) {
    this.trino = trino;
    this.askers = askers;
    this.pins = pins;
    this.writers = writers;
  }

  @Override
  public void handle(Context context) {
    Asked asked = asked(QueryString.parameters(context), Access.scope(context));
    context.header("Cache-Control", "no-store");
    context.future(
        () ->
            askers
                .ask(Access.asker(context), () -> answer(asked))
                .thenAcceptAsync(
                    body -> context.contentType("application/json").result(body), writers));
  }

  private CompletableFuture<byte[]> answer(Asked asked) {
    return pins.current()
        .thenCompose(pin -> revisions(pin, asked).thenApply(found -> write(pin, found)));
  }

  /** What is asked for: days, and the rows of whoever asks or of one advertiser. */
  private record Asked(LocalDate from, LocalDate to, RowFilter rows) {

    List<Object> parameters() {
      List<Object> parameters = new ArrayList<>(List.of(from.toString(), to.toString()));
      parameters.addAll(rows.values());
      return parameters;
    }
  }

  private static Asked asked(Map<String, List<String>> query, Scope scope) {
    GivenParameters given = new GivenParameters(query, KNOWN);
    Optional<LocalDate> from = given.day(FROM);
    Optional<LocalDate> to = given.day(TO);
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
      given.addBad(BadParameter.of(TO, to.get().toString(), "after from, which is " + from.get()));
    }
    Map<Dimension, Set<String>> filters = new EnumMap<>(Dimension.class);
    Set<String> advertisers = given.filter(Dimension.ADVERTISER_ID.column(), ValueForm.ID);
    if (!advertisers.isEmpty()) {
      filters.put(Dimension.ADVERTISER_ID, advertisers);
    }
    given.refuseBad();
    Map<String, Set<String>> seen = new LinkedHashMap<>();
    scope.narrow(filters).forEach((dimension, ids) -> seen.put(dimension.column(), ids));
    return new Asked(from.orElseThrow(), to.orElseThrow(), RowFilter.of(seen));
  }

  private CompletableFuture<List<Revision>> revisions(Pin pin, Asked asked) {
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
                asked.rows().text()));
    return trino.ask(new TrinoQuery(REVISIONS.name(), text, asked.parameters()), Revision::read);
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
