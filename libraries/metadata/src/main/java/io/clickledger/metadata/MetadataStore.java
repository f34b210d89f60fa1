package io.clickledger.metadata;

import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.generic.GenericType;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** Reads the metadata, its histories and the fraud rules. Every answer is of one moment. */
public final class MetadataStore {

  /** After every version. */
  private static final Instant EVER = Instant.parse("9999-12-31T00:00:00Z");

  /** How long a server that answered may be silent while names are read. */
  private static final Duration MAX_SILENCE = Duration.ofSeconds(30);

  private final Jdbi jdbi;

  /** Reads a database that stays the caller's and need not answer yet. */
  public MetadataStore(DataSource database) {
    this.jdbi = Jdbi.create(database);
  }

  /**
   * How far the metadata have come, counted by the database. Whoever keeps a copy asks before
   * reading it: what is committed in between makes the next state another one.
   */
  public MetadataState state() {
    // A version is only ever added, and only ever ended once. So the counts of what is visible
    // never
    // shrink, and each commit makes one of them larger, in whatever order transactions commit. The
    // greatest version_id would miss one that was given out before it and committed after it.
    String sql =
        """
        SELECT pg_postmaster_start_time() AS server_started_at,
               (SELECT count(*) + count(valid_to) FROM metadata.ads_versions)
                 + (SELECT count(*) + count(valid_to) FROM metadata.campaigns_versions)
                 + (SELECT count(*) + count(valid_to) FROM metadata.advertisers_versions)
                 AS ad_changes,
               (SELECT count(*) + count(valid_to) FROM metadata.publishers_versions)
                 AS publisher_changes,
               (SELECT version FROM metadata.fraud_rules ORDER BY published_at DESC LIMIT 1)
                 AS rules_version
        """;
    return jdbi.withHandle(
        handle ->
            list(
                    handle,
                    sql,
                    row ->
                        new MetadataState(
                            instant(row, "server_started_at"),
                            row.getLong("ad_changes"),
                            row.getLong("publisher_changes"),
                            Optional.ofNullable(row.getString("rules_version"))))
                .get(0));
  }

  /** What every ad was and cost over all times, as {@link MetadataHistories#adVersions}. */
  public List<AdVersion> adVersions() {
    return jdbi.inTransaction(
            TransactionIsolationLevel.REPEATABLE_READ,
            handle ->
                new MetadataHistories(
                    advertisers(handle, EVER),
                    campaigns(handle, EVER),
                    ads(handle, EVER),
                    List.of()))
        .adVersions();
  }

  /**
   * Every version there is, for a copy that inserts the version_ids it lacks. (The greatest
   * version_id copied so far does not say which these are: a lower one may be committed later.)
   */
  public MetadataHistories histories() {
    return historiesRecordedBefore(EVER);
  }

  /** What somebody knew who read at that time: without the versions that came later. */
  public MetadataHistories historiesRecordedBefore(Instant time) {
    return jdbi.inTransaction(
        TransactionIsolationLevel.REPEATABLE_READ,
        handle ->
            new MetadataHistories(
                advertisers(handle, time),
                campaigns(handle, time),
                ads(handle, time),
                publishers(handle, time)));
  }

  /**
   * The fraud rules in force: those published last, or those shipped while none are. The same
   * object as before while they stay the same.
   *
   * @throws IllegalArgumentException where this code cannot read them, because a newer one
   *     published them
   */
  public FraudRules fraudRules() {
    return jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT document FROM metadata.fraud_rules"
                            + " ORDER BY published_at DESC LIMIT 1")
                    .mapTo(String.class)
                    .findFirst())
        .map(FraudRules::parse)
        .orElseGet(FraudRules::shipped);
  }

  /** The documents of all fraud rules that were ever published, by their version. */
  public Map<String, String> fraudRulesByVersion() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT version, document FROM metadata.fraud_rules")
                .setMapKeyColumn("version")
                .setMapValueColumn("document")
                .collectInto(new GenericType<Map<String, String>>() {}));
  }

  /** The domain of every publisher over all times. By publisher, oldest first. */
  public List<PublisherDomain> publisherDomains() {
    return jdbi.withHandle(
            handle ->
                new MetadataHistories(List.of(), List.of(), List.of(), publishers(handle, EVER)))
        .publisherDomains();
  }

  /** What every entity is called now. One whose first version begins later has no name yet. */
  public MetadataNames names() {
    return jdbi.inTransaction(
        TransactionIsolationLevel.REPEATABLE_READ,
        handle -> {
          failWhereSilent(handle);
          return new MetadataNames(
              names(handle, "advertiser_id", "advertisers_versions"),
              names(handle, "campaign_id", "campaigns_versions"),
              names(handle, "ad_id", "ads_versions"),
              names(handle, "publisher_id", "publishers_versions"));
        });
  }

  /** Whoever keeps a copy of names would else wait for ever for a server that hangs. */
  private static void failWhereSilent(Handle handle) {
    try {
      handle
          .getConnection()
          .setNetworkTimeout(Runnable::run, Math.toIntExact(MAX_SILENCE.toMillis()));
    } catch (SQLException e) {
      throw new ConnectionException(e);
    }
  }

  private static Map<String, String> names(Handle handle, String idColumn, String versions) {
    String sql =
        """
        SELECT %s AS id, name
        FROM metadata.%s
        WHERE valid_from <= now() AND (valid_to IS NULL OR valid_to > now())
        """
            .formatted(idColumn, versions);
    return list(handle, sql, row -> Map.entry(row.getString("id"), row.getString("name"))).stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static List<AdvertiserVersion> advertisers(Handle handle, Instant recordedBefore) {
    return versions(
        handle,
        "advertisers_versions",
        recordedBefore,
        row ->
            new AdvertiserVersion(
                row.getString("advertiser_id"),
                row.getString("name"),
                ZoneId.of(row.getString("time_zone")),
                row.getString("currency"),
                instant(row, "valid_from"),
                instant(row, "valid_to"),
                row.getLong("version_id")));
  }

  private static List<CampaignVersion> campaigns(Handle handle, Instant recordedBefore) {
    return versions(
        handle,
        "campaigns_versions",
        recordedBefore,
        row ->
            new CampaignVersion(
                row.getString("campaign_id"),
                row.getString("advertiser_id"),
                row.getString("name"),
                row.getObject("starts_on", LocalDate.class),
                row.getObject("ends_on", LocalDate.class),
                row.getObject("daily_budget_micros", Long.class),
                row.getObject("total_budget_micros", Long.class),
                instant(row, "valid_from"),
                instant(row, "valid_to"),
                row.getLong("version_id")));
  }

  private static List<AdVersionRow> ads(Handle handle, Instant recordedBefore) {
    return versions(
        handle,
        "ads_versions",
        recordedBefore,
        row ->
            new AdVersionRow(
                row.getString("ad_id"),
                row.getString("campaign_id"),
                row.getString("name"),
                row.getLong("cpc_micros"),
                instant(row, "valid_from"),
                instant(row, "valid_to"),
                row.getLong("version_id")));
  }

  private static List<PublisherVersion> publishers(Handle handle, Instant recordedBefore) {
    return versions(
        handle,
        "publishers_versions",
        recordedBefore,
        row ->
            new PublisherVersion(
                row.getString("publisher_id"),
                row.getString("name"),
                row.getString("domain"),
                row.getBigDecimal("revenue_share_percent"),
                instant(row, "valid_from"),
                instant(row, "valid_to"),
                row.getLong("version_id")));
  }

  private static <T> List<T> versions(
      Handle handle, String table, Instant recordedBefore, Row<T> row) {
    RowMapper<T> mapper = (results, context) -> row.read(results);
    return handle
        .createQuery(
            "SELECT * FROM metadata.%s WHERE recorded_at < :before ORDER BY version_id"
                .formatted(table))
        .bind("before", recordedBefore.atOffset(ZoneOffset.UTC))
        .setFetchSize(10_000)
        .map(mapper)
        .list();
  }

  private static <T> List<T> list(Handle handle, String sql, Row<T> row) {
    RowMapper<T> mapper = (results, context) -> row.read(results);
    return handle.createQuery(sql).setFetchSize(10_000).map(mapper).list();
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  /** Makes a record of a row. */
  private interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }
}
