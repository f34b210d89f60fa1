package io.clickledger.batch.billing.input;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.fraud.behaviour.BehaviourModel;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.programs.RefusedException;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RefAds;
import io.clickledger.schemas.TableName;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The inputs of a billing run: the pinned clicks, and the metadata histories and fraud rules, which
 * are read after the clicks were pinned.
 *
 * @param formerRules documents of rules that were published before, by their version
 * @param historySecret of the click histories: no answer depends on it
 */
public record BillingRunInputs(
    RawClicksRead raw,
    VersionDirectory<AdVersion> ads,
    VersionDirectory<PublisherDomain> publishers,
    BillingTerms terms,
    FraudRules rules,
    Map<String, String> formerRules,
    InputVersions versions,
    long historySecret) {
  /** Where live has counted nothing, no velocity rule has an answer that the run must repeat. */
  private static final Duration DEFAULT_HISTORY_WINDOW = Duration.ofHours(1);

  /**
   * Reads what clicks are judged by.
   *
   * @param raw pinned before: metadata and rules are never removed, so the current ones have every
   *     flag in it
   */
  public static BillingRunInputs read(
      SparkSession spark, BatchSettings settings, RawClicksRead raw) {
    MetadataStore store = new MetadataStore(settings.metadata().dataSource());
    FraudRules rules = store.fraudRules();
    ReferenceTables reference = ReferenceTables.synchronize(spark, store.histories());
    return new BillingRunInputs(
        raw,
        reference.ads(),
        reference.publishers(),
        reference.terms(),
        rules,
        store.fraudRulesByVersion(),
        new InputVersions(
            rules.version(),
            reference.snapshotIds(),
            settings.billing().dedupHorizon(),
            historyWindow(spark),
            model(settings.fraud()),
            codeVersion()),
        settings.privacy().pseudonyms().secret("click history"));
  }

  /**
   * Reads what an earlier run judged clicks by.
   *
   * @param raw the clicks that it read
   * @param versions as billing.runs has them
   * @throws RefusedException where its rules are not there any more, or its model is not in force
   */
  public static BillingRunInputs recorded(
      SparkSession spark, BatchSettings settings, RawClicksRead raw, InputVersions versions) {
    if (!versions.model().equals(model(settings.fraud()))) {
      throw new RefusedException(
          "the run followed %s, and fraud.behaviour-model is %s here"
              .formatted(
                  versions.model().map(model -> "the model " + model).orElse("no model"),
                  settings.fraud().behaviourModel().name().toLowerCase(Locale.ROOT)));
    }
    ReferenceTables reference = ReferenceTables.at(spark, versions.refSnapshotIds());
    Map<String, String> byVersion =
        new MetadataStore(settings.metadata().dataSource()).fraudRulesByVersion();
    FraudRules rules =
        rules(byVersion, versions.rules())
            .orElseThrow(
                () ->
                    new RefusedException(
                        "the fraud rules of the run, version %s, are not published or cannot be read"
                            .formatted(versions.rules())));
    return new BillingRunInputs(
        raw,
        reference.ads(),
        reference.publishers(),
        reference.terms(),
        rules,
        byVersion,
        versions,
        settings.privacy().pseudonyms().secret("click history"));
  }

  /** The rules of a version, if they are published or shipped and this program can read them. */
  public Optional<FraudRules> formerRules(String version) {
    return rules(formerRules, version);
  }

  private static Optional<FraudRules> rules(Map<String, String> byVersion, String version) {
    FraudRules shipped = FraudRules.shipped();
    try {
      return Optional.ofNullable(byVersion.get(version))
          .map(FraudRules::parse)
          .or(() -> Optional.of(shipped).filter(rules -> rules.version().equals(version)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** ref.ads as it was read. */
  public Dataset<Row> refAds(SparkSession spark) {
    return reference(spark, RefAds.TABLE);
  }

  /** A table of metadata versions as it was read. */
  public Dataset<Row> reference(SparkSession spark, TableName table) {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, versions.refSnapshotIds().get(table.toString()))
        .table(table.toString());
  }

  /** For how long live remembers clicks, as its newest commit says. */
  private static Duration historyWindow(SparkSession spark) {
    return CommittedPosition.newest(
            LakeTables.load(spark, LiveClicksByMinute.TABLE), QueryNames.COUNT_CLICKS)
        .flatMap(CommittedPosition::dedupWindow)
        .orElse(DEFAULT_HISTORY_WINDOW);
  }

  private static Optional<String> model(BatchSettings.Fraud fraud) {
    return fraud.behaviourModel() == BatchSettings.BehaviourMode.ON
        ? Optional.of(BehaviourModel.shipped().version())
        : Optional.empty();
  }

  private static String codeVersion() {
    return Optional.ofNullable(BillingRunInputs.class.getPackage().getImplementationVersion())
        .orElse("unpackaged");
  }
}
