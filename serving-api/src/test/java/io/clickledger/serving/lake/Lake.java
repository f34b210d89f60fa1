package io.clickledger.serving.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.clickledger.metadata.MetadataMigrations;
import io.clickledger.sandbox.parts.LakeCatalog;
import io.clickledger.sandbox.parts.PostgresServer;
import io.clickledger.sandbox.parts.TrinoServer;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.BillingRestatements;
import io.clickledger.schemas.BillingRuns;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.TableName;
import io.clickledger.serving.lake.CountedClick.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.datasketches.hll.HllSketch;

/**
 * A real lake, made once for all tests: PostgreSQL, Trino, the tables that reports read, filled
 * with two layers that differ, so that a report that takes a click from the wrong one is wrong.
 */
public final class Lake {

  public static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  public static final Instant THROUGH = Instant.parse("2026-10-30T00:00:00Z");
  public static final Instant LANDED_THROUGH = Instant.parse("2026-10-30T00:10:00Z");
  public static final Set<LocalDate> RESTATED = Set.of(LocalDate.of(2026, 10, 25));

  /** A name that a browser would run, one that a spreadsheet would; ad-4 and pub-1 have none. */
  private static final String METADATA =
      """
      INSERT INTO metadata.advertisers VALUES
        ('adv-1', 'Brasserie du Marais', 'Europe/Paris', 'EUR'),
        ('adv-2', 'Outfitters', 'America/New_York', 'USD');
      INSERT INTO metadata.campaigns VALUES
        ('camp-1', 'adv-1', '<img src=x onerror=alert(1)>', '2026-01-01'),
        ('camp-2', 'adv-1', '=HYPERLINK("https://x.example", "Menu")', '2026-01-01'),
        ('camp-3', 'adv-2', 'Winter', '2026-01-01');
      INSERT INTO metadata.ads VALUES
        ('ad-1', 'camp-1', 'Banner', 100),
        ('ad-2', 'camp-2', '@home', 100),
        ('ad-3', 'camp-3', 'Boots', 100);
      INSERT INTO metadata.publishers VALUES ('pub-0', 'News', 'news.example', 70);
      """;

  /** Of {@link #publishNextDay}. */
  private static final Instant NEXT_THROUGH = Instant.parse("2026-10-31T00:00:00Z");

  private static final List<CountedClick> LATE =
      Stream.of("2026-10-29T07:00:00Z", "2026-10-29T08:20:00Z")
          .map(
              at ->
                  new CountedClick(
                      Instant.parse(at),
                      Arrays.asList("adv-1", "camp-1", "ad-1", "pub-0", "DE", "PHONE", "EUR"),
                      Kind.VALID,
                      7,
                      "user-later",
                      NOW))
          .toList();

  private static final JsonMapper JSON = new JsonMapper();
  private static final int ROWS_AN_INSERT = 1500;

  private static Lake shared;

  private final TrinoServer trino;
  private final PostgresServer postgres;
  private final Map<TableName, Long> books = new LinkedHashMap<>();
  private final List<CountedClick> finalClicks = new RandomClicks(1).all();
  private final List<CountedClick> liveClicks = new ArrayList<>(new RandomClicks(2).all());

  private Lake(TrinoServer trino, PostgresServer postgres) {
    this.trino = trino;
    this.postgres = postgres;
  }

  /** The lake, published through THROUGH; it ends with the JVM. */
  public static synchronized Lake shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  /**
   * Two revisions of the restated day: the newest one moved one advertiser's clicks in two
   * currencies.
   */
  private static final List<List<String>> RESTATEMENTS =
      List.of(
          restatement("1", "adv-1", "EUR", "50", "40", "4000"),
          restatement("2", "adv-1", "EUR", "3", "2", "500"),
          restatement("2", "adv-1", "USD", "1", "-1", "-7"));

  private static List<String> restatement(
      String revision,
      String advertiser,
      String currency,
      String gross,
      String valid,
      String cost) {
    return restatement("2026-10-25", revision, "run", advertiser, currency, gross, valid, cost);
  }

  private static List<String> restatement(
      String day,
      String revision,
      String run,
      String advertiser,
      String currency,
      String gross,
      String valid,
      String cost) {
    return Arrays.asList(
        day,
        revision,
        run,
        "[\"LATE_CLICKS\",\"RULES\"]",
        advertiser,
        "camp-1",
        "ad-1",
        "pub-0",
        "DE",
        "PHONE",
        currency,
        gross,
        "0",
        "0",
        "0",
        valid,
        cost);
  }

  private static Lake start() {
    try {
      PostgresServer postgres = PostgresServer.temporary();
      try (Connection connection = postgres.dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        MetadataMigrations.migrate(postgres.dataSource());
        statement.execute(METADATA);
      }
      Path warehouse = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "lake");
      TrinoServer trino =
          TrinoServer.temporaryWithWriter(LakeCatalog.local(postgres, "file://" + warehouse));
      Runtime.getRuntime().addShutdownHook(new Thread(trino::close, "end-trino"));
      Lake lake = new Lake(trino, postgres);
      lake.fill();
      return lake;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot fill the lake", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fill() throws SQLException {
    execute("CREATE SCHEMA live", "CREATE SCHEMA billing");
    for (TableName table :
        List.of(
            LiveClicksByMinute.TABLE,
            BillingClicksByQuarterHour.TABLE,
            BillingClicksByDay.TABLE,
            BillingRestatements.TABLE,
            BillingPublications.TABLE)) {
      execute(TrinoDdl.create(table));
    }
    insert(LiveClicksByMinute.TABLE, liveRows(liveClicks));
    insert(BillingClicksByQuarterHour.TABLE, finalRows(Lake::quarterHour));
    insert(BillingClicksByDay.TABLE, finalRows(Lake::day));
    insert(BillingRestatements.TABLE, RESTATEMENTS);
    fillBooks();
    publish(1);
    // What a night writes after it published, and has not published yet, is not seen.
    execute("DELETE FROM billing.clicks_by_day WHERE day < DATE '2026-10-25'");
    execute("DELETE FROM billing.restatements WHERE revision = 2");
    execute("DELETE FROM billing.clicks_by_quarter_hour WHERE ad_id = 'ad-1'");
  }

  /** The books of publication 1, which all later ones have too. */
  private void fillBooks() throws SQLException {
    execute("CREATE SCHEMA fraud", "CREATE SCHEMA ref", "CREATE SCHEMA audit");
    for (Map.Entry<TableName, List<List<String>>> table : BookedRows.ALL.entrySet()) {
      execute(TrinoDdl.create(table.getKey()));
      insert(table.getKey(), table.getValue());
      books.put(table.getKey(), snapshotId(table.getKey()));
    }
    execute(TrinoDdl.create(BillingRuns.TABLE));
    for (String run : List.of("run", "run-2")) {
      execute(BookedRows.run(run, books));
    }
    // What is not published yet is not seen.
    execute("DELETE FROM billing.ledger WHERE campaign_id = 'camp-2'");
  }

  public String url() {
    return trino.jdbcUrl();
  }

  /** Settings by which the API finds the names. */
  public String[] metadata() {
    try {
      Path password = Files.createTempFile("metadata", ".password");
      password.toFile().deleteOnExit();
      Files.writeString(password, postgres.password());
      return new String[] {
        "metadata.uri=" + postgres.jdbcUrl(), "metadata.password=file:" + password,
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** These settings beside those by which the API finds names, keys and the log of accesses. */
  public String[] metadataAnd(String... settings) {
    return Stream.of(metadata(), settings).flatMap(Stream::of).toArray(String[]::new);
  }

  /** The database with names, keys and the log of accesses. */
  public DataSource database() {
    return postgres.dataSource();
  }

  /** Publishes the newest snapshots of the final tables; their ids stay those of the first time. */
  public void publish(long publicationId) throws SQLException {
    publish(publicationId, THROUGH, "run");
  }

  private void publish(long publicationId, Instant through, String run) throws SQLException {
    Map<TableName, Long> finalSnapshotIds = new LinkedHashMap<>();
    for (TableName table :
        List.of(
            BillingClicksByDay.TABLE,
            BillingClicksByQuarterHour.TABLE,
            BillingRestatements.TABLE)) {
      finalSnapshotIds.put(table, snapshotId(table));
    }
    BookedRows.PUBLISHED.forEach(table -> finalSnapshotIds.put(table, books.get(table)));
    execute(
        """
        INSERT INTO billing.publications
        VALUES (%d, NULL, %s, '%s', %s,
          map(ARRAY[%s], ARRAY[%s]),
          %d, map(ARRAY[0], ARRAY[BIGINT '0']), %s, ARRAY[DATE '2026-10-25'],
          DATE '2026-10-25', ARRAY[DATE '2026-10-28'], NULL, NULL)
        """
            .formatted(
                publicationId,
                literal(through.plus(Duration.ofHours(2))),
                run,
                literal(through),
                finalSnapshotIds.keySet().stream()
                    .map(table -> "'" + table + "'")
                    .collect(Collectors.joining(", ")),
                finalSnapshotIds.values().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(", ")),
                snapshotId(LiveClicksByMinute.TABLE),
                literal(LANDED_THROUGH)));
  }

  /** The lake as it was before the first publication. */
  public List<String> unpublish() throws SQLException {
    execute("CREATE TABLE billing.kept AS SELECT * FROM billing.publications");
    execute("DELETE FROM billing.publications");
    return List.of(
        "INSERT INTO billing.publications SELECT * FROM billing.kept", "DROP TABLE billing.kept");
  }

  public void landOneMoreClick(Instant at, Instant landedAt) throws SQLException {
    CountedClick click =
        new CountedClick(
            at,
            Arrays.asList("adv-1", "camp-1", "ad-1", "pub-0", "DE", "PHONE", "EUR"),
            Kind.VALID,
            10,
            "user-late",
            landedAt);
    liveClicks.add(click);
    insert(LiveClicksByMinute.TABLE, liveRows(List.of(click)));
  }

  /**
   * Publishes one more final day and late clicks of a day before, which restate it.
   *
   * @return what takes the publication back
   */
  public List<String> publishNextDay() throws SQLException {
    List<String> undo =
        new ArrayList<>(List.of("DELETE FROM billing.publications WHERE publication_id = 2"));
    for (TableName table : List.of(BillingClicksByQuarterHour.TABLE, BillingClicksByDay.TABLE)) {
      undo.add(rollback(table, snapshotId(table)));
      execute(rollback(table, publishedSnapshotId(table)));
    }
    undo.add(rollback(BillingRestatements.TABLE, snapshotId(BillingRestatements.TABLE)));
    execute(rollback(BillingRestatements.TABLE, publishedSnapshotId(BillingRestatements.TABLE)));
    insert(
        BillingClicksByQuarterHour.TABLE,
        rows(LATE, click -> quarterHour(click.at()), click -> List.of("1", "run-2")));
    insert(
        BillingClicksByDay.TABLE,
        rows(LATE, click -> day(click.at()), click -> List.of("1", "run-2")));
    insert(
        BillingRestatements.TABLE,
        List.of(restatement(day(LATE.get(0).at()), "1", "run-2", "adv-1", "EUR", "2", "2", "14")));
    publish(2, NEXT_THROUGH, "run-2");
    return undo;
  }

  private static String rollback(TableName table, long snapshotId) {
    return "ALTER TABLE %s EXECUTE rollback_to_snapshot(%d)".formatted(table, snapshotId);
  }

  private long publishedSnapshotId(TableName table) throws SQLException {
    try (Connection connection = trino.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT final_snapshot_ids['%s'] FROM billing.publications WHERE publication_id = 1"
                    .formatted(table))) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** What counts after {@link #publishNextDay}. */
  public Oracle nextOracle() {
    List<CountedClick> counted = new ArrayList<>(finalClicks);
    counted.addAll(LATE);
    return new Oracle(counted, List.copyOf(liveClicks), NEXT_THROUGH, RESTATED, LATE);
  }

  public Oracle oracle() {
    return new Oracle(finalClicks, List.copyOf(liveClicks), THROUGH, RESTATED, List.of());
  }

  /** What counts before the first publication. */
  public Oracle liveOracle() {
    return new Oracle(List.of(), List.copyOf(liveClicks), Instant.EPOCH, Set.of(), List.of());
  }

  public void execute(String... statements) throws SQLException {
    try (Connection connection = trino.connectAsWriter();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Leaves the newest snapshot of live alone. */
  public void expireLiveSnapshots() throws SQLException {
    execute(
        "SET SESSION lake_writer.expire_snapshots_min_retention = '0s'",
        "ALTER TABLE live.clicks_by_minute EXECUTE expire_snapshots(retention_threshold => '0s')");
  }

  public long snapshotId(TableName table) throws SQLException {
    String refs = "%s.\"%s$refs\"".formatted(table.namespace(), table.name());
    try (Connection connection = trino.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT snapshot_id FROM " + refs + " WHERE name = 'main'")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private void insert(TableName table, List<List<String>> rows) throws SQLException {
    for (int i = 0; i < rows.size(); i += ROWS_AN_INSERT) {
      List<List<String>> some = rows.subList(i, Math.min(rows.size(), i + ROWS_AN_INSERT));
      try {
        execute(TrinoDdl.insert(table, JSON.writeValueAsString(some)));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Partials: clicks of a minute and grain that landed together. */
  private static List<List<String>> liveRows(List<CountedClick> clicks) {
    return rows(
        clicks,
        click -> text(click.at().truncatedTo(ChronoUnit.MINUTES)),
        click -> List.of(text(click.landedAt()), String.valueOf(isOnTime(click))));
  }

  private static boolean isOnTime(CountedClick click) {
    return Duration.between(click.at(), click.landedAt()).abs().toHours() < 1;
  }

  private List<List<String>> finalRows(Function<Instant, String> start) {
    return rows(
        finalClicks,
        click -> start.apply(click.at()),
        click -> List.of(RESTATED.contains(utcDay(click.at())) ? "2" : "0", "run"));
  }

  private static List<List<String>> rows(
      List<CountedClick> clicks,
      Function<CountedClick, String> head,
      Function<CountedClick, List<String>> tail) {
    Map<List<Object>, List<CountedClick>> groups =
        clicks.stream()
            .collect(
                Collectors.groupingBy(
                    click -> List.of(head.apply(click), click.values(), tail.apply(click)),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<List<String>> rows = new ArrayList<>();
    for (List<CountedClick> group : groups.values()) {
      List<String> row = new ArrayList<>();
      row.add(head.apply(group.get(0)));
      addBody(group, row);
      row.addAll(tail.apply(group.get(0)));
      rows.add(row);
    }
    // Not in the order of time, as no reader may count on it.
    Collections.shuffle(rows, new Random(3));
    return rows;
  }

  private static void addBody(List<CountedClick> group, List<String> row) {
    row.addAll(group.get(0).values());
    row.add("" + group.size());
    for (Kind kind : Kind.values()) {
      row.add("" + group.stream().filter(click -> click.kind() == kind).count());
    }
    row.add("" + group.stream().mapToLong(CountedClick::cost).sum());
    row.add(sketch(group));
  }

  private static String sketch(List<CountedClick> group) {
    HllSketch sketch = new HllSketch(12);
    group.stream()
        .filter(click -> click.kind() == Kind.VALID && click.user() != null)
        .forEach(click -> sketch.update(click.user()));
    return sketch.isEmpty() ? null : HexFormat.of().formatHex(sketch.toCompactByteArray());
  }

  private static String quarterHour(Instant at) {
    return text(Instant.ofEpochSecond(at.getEpochSecond() / 900 * 900));
  }

  private static String day(Instant at) {
    return utcDay(at).toString();
  }

  private static String text(Instant instant) {
    return instant.toString().replace('T', ' ').replace("Z", " UTC");
  }

  private static LocalDate utcDay(Instant at) {
    return at.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  private static String literal(Instant instant) {
    return "TIMESTAMP '" + text(instant) + "'";
  }
}
