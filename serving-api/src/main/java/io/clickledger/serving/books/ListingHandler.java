package io.clickledger.serving.books;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickledger.serving.access.Access;
import io.clickledger.serving.parameters.BadParameter;
import io.clickledger.serving.parameters.GivenParameters;
import io.clickledger.serving.parameters.QueryString;
import io.clickledger.serving.reports.query.Scope;
import io.clickledger.serving.trino.AskerLimits;
import io.clickledger.serving.trino.RowFilter;
import io.clickledger.serving.trino.Trino;
import io.clickledger.serving.trino.TrinoQuery;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Answers a page of a listing, as one publication has it. */
public final class ListingHandler implements Handler {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String FROM = "from";
  private static final String TO = "to";

  private final Listing listing;
  private final Trino trino;
  private final AskerLimits askers;
  private final Publications publications;
  private final Executor writers;

  /**
   * @param trino for what users ask
   * @param writers threads that may wait for whoever reads slowly
   */
  public ListingHandler(
      Listing listing,
      Trino trino,
      AskerLimits askers,
      Publications publications,
      Executor writers) {
    this.listing = listing;
    this.trino = trino;
    this.askers = askers;
    this.publications = publications;
    this.writers = writers;
  }

  /** What is asked for: days, rows and a page of them. */
  private record Asked(List<LocalDate> days, RowFilter rows, Page page) {}

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

  private Asked asked(Map<String, List<String>> parameters, Scope scope) {
    List<String> known = new ArrayList<>(List.of(Page.LIMIT, Page.CURSOR, Page.PUBLICATION_ID));
    known.addAll(new TreeSet<>(listing.filters().keySet()));
    if (listing.given().contains(Listing.Given.DAYS)) {
      known.addAll(0, List.of(FROM, TO));
    }
    GivenParameters given = new GivenParameters(parameters, known);
    List<LocalDate> days = known.contains(FROM) ? days(given) : List.of();
    Map<String, Set<String>> wanted = new TreeMap<>();
    listing
        .filters()
        .forEach(
            (column, form) -> {
              Set<String> values = given.filter(column, form);
              if (!values.isEmpty()) {
                wanted.put(column, values);
              }
            });
    Page page = Page.of(given);
    given.refuseBad();
    narrow(wanted, scope);
    return new Asked(days, RowFilter.of(wanted), page);
  }

  private static List<LocalDate> days(GivenParameters given) {
    Optional<LocalDate> from = given.day(FROM);
    Optional<LocalDate> to = given.day(TO);
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
      given.addBad(BadParameter.of(TO, to.get().toString(), "after from, which is " + from.get()));
    }
    return from.isPresent() && to.isPresent() ? List.of(from.get(), to.get()) : List.of();
  }

  /** Whoever sees some rows only sees those of them that this listing shows him. */
  private void narrow(Map<String, Set<String>> wanted, Scope scope) {
    if (scope.isLimited()) {
      Map<String, Set<String>> seen = new TreeMap<>(listing.ofAdvertisers());
      seen.put(scope.owner().orElseThrow().column(), scope.ids());
      seen.forEach(
          (column, values) ->
              wanted.merge(
                  column,
                  values,
                  (asked, allowed) -> {
                    Set<String> both = new TreeSet<>(asked);
                    both.retainAll(allowed);
                    return both;
                  }));
    }
  }

  private CompletableFuture<byte[]> answer(Asked asked) {
    return publications
        .find(asked.page().publicationId())
        .thenCompose(
            books ->
                books
                    .map(published -> rows(asked, published))
                    .orElseGet(() -> CompletableFuture.completedFuture(nothingPublished())));
  }

  private CompletableFuture<byte[]> rows(Asked asked, PublishedBooks books) {
    Map<String, String> names = new TreeMap<>(Map.of("filter", asked.rows().text()));
    listing.tables().forEach((name, table) -> names.put(name, books.asOf(table)));
    List<Object> parameters = new ArrayList<>();
    for (Listing.Given given : listing.given()) {
      switch (given) {
        case DAYS -> asked.days().forEach(day -> parameters.add(day.toString()));
        case PUBLICATION -> parameters.add(books.publicationId());
      }
    }
    parameters.addAll(asked.rows().values());
    parameters.add(asked.page().offset());
    parameters.add(asked.page().limit() + 1L);
    return trino.ask(
        new TrinoQuery(listing.sql().name(), listing.sql().text(names), parameters),
        rows -> write(rows, books, asked.page()));
  }

  private byte[] write(ResultSet rows, PublishedBooks books, Page page) throws SQLException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("publication_id", books.publicationId());
      json.writeStringField("published_at", books.publishedAt());
      json.writeStringField("through", books.through());
      json.writeArrayFieldStart(listing.field());
      int count = 0;
      while (rows.next() && count++ < page.limit()) {
        json.writeStartObject();
        for (Column column : listing.columns()) {
          column.write(rows, json);
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeStringField("next_cursor", count > page.limit() ? page.next(books) : null);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private byte[] nothingPublished() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNullField("publication_id");
      json.writeNullField("published_at");
      json.writeNullField("through");
      json.writeArrayFieldStart(listing.field());
      json.writeEndArray();
      json.writeNullField("next_cursor");
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
