package io.clickledger.batch.audit.books;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickledger.batch.audit.offsets.Findings;
import io.clickledger.batch.audit.offsets.Findings.Kind;
import io.clickledger.lake.publish.Publication;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Compares invoices and statements that are kept as JSON with the books: the lines with the total,
 * and the total with the account in the publication that the document names. A final one must name
 * the publication that closed its month, and is compared with the current publication too.
 */
public final class DocumentAudit {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SparkSession spark;
  private final List<Publication> publications;
  private final Findings findings;
  private final Map<Account, Map<String, SortedMap<String, Long>>> booked = new HashMap<>();
  private final Map<YearMonth, Map<String, Long>> closings = new HashMap<>();

  /** The account of a kind of document and a month, as a publication has it. */
  private record Account(long publicationId, boolean isInvoice, YearMonth month) {}

  /**
   * @param publications all of them, in order, at least one
   */
  public DocumentAudit(SparkSession spark, List<Publication> publications, Findings findings) {
    this.spark = spark;
    this.publications = publications;
    this.findings = findings;
  }

  /** Adds a finding for each document that differs. Returns how many there are. */
  public int check(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new WrongUsageException("--documents must be a folder, was " + folder);
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> documents =
          files.filter(file -> file.getFileName().toString().endsWith(".json")).sorted().toList();
      for (Path file : documents) {
        check(file.getFileName().toString(), Files.readString(file));
      }
      return documents.size();
    } catch (IOException e) {
      throw new UncheckedIOException("reading documents of " + folder, e);
    }
  }

  private void check(String file, String content) {
    List<String> faults = new ArrayList<>();
    try {
      check(file, JSON.readTree(content), faults);
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      faults.add("it is no document: " + e.getMessage().lines().findFirst().orElse(""));
    }
    faults.forEach(fault -> findings.add(Kind.DOCUMENT_DIFFERS, file + ": " + fault));
  }

  private void check(String file, JsonNode document, List<String> faults) {
    String number = text(document, "number");
    if (!file.equals(number + ".json")) {
      faults.add("its number is " + number);
    }
    boolean isInvoice = text(document, "kind").equals("INVOICE");
    String party = text(document, isInvoice ? "advertiser_id" : "publisher_id");
    YearMonth month = YearMonth.parse(text(document, "month"));
    SortedMap<String, Long> totals = new TreeMap<>();
    for (JsonNode section : required(document, "sections")) {
      totals.put(text(section, "currency"), checkSums(section, faults));
    }
    long id = required(required(document, "basis"), "publication_id").asLong();
    compare(totals, new Account(id, isInvoice, month), party, faults);
    if (!required(document, "closed_at").isNull()) {
      checkFinal(
          id, new Account(current().publicationId(), isInvoice, month), totals, party, faults);
    }
  }

  private Publication current() {
    return publications.get(publications.size() - 1);
  }

  /** What a closed month was invoiced by is in the books for ever. */
  private void checkFinal(
      long id, Account current, SortedMap<String, Long> totals, String party, List<String> faults) {
    Optional<Long> closing =
        current.isInvoice()
            ? Optional.ofNullable(closings(current.month()).get(party))
            : closingOfAll(current.month());
    if (closing.isEmpty()) {
      faults.add("it is final, and %s is not closed".formatted(current.month()));
    } else if (closing.get() != id) {
      faults.add(
          "it is final by publication %d, and publication %d closed %s"
              .formatted(id, closing.get(), current.month()));
    }
    if (id != current.publicationId()) {
      compare(totals, current, party, faults);
    }
  }

  /** The publications that closed the month, by advertiser, as the current one knows them. */
  private Map<String, Long> closings(YearMonth month) {
    return closings.computeIfAbsent(month, this::readClosings);
  }

  private Map<String, Long> readClosings(YearMonth month) {
    Map<String, Long> byRun = new HashMap<>();
    publications.forEach(
        publication -> byRun.put(publication.runId(), publication.publicationId()));
    Map<String, Long> byAdvertiser = new HashMap<>();
    for (Row row :
        PublishedTables.at(spark, BillingPeriods.TABLE, current().snapshotOf(BillingPeriods.TABLE))
            .where(col(BillingPeriods.MONTH).equalTo(lit(month.atDay(1))))
            .collectAsList()) {
      Long publication = byRun.get(row.<String>getAs(BillingPeriods.RUN_ID));
      // A run that published nothing is found by ClosedPeriodsCheck.
      if (publication != null) {
        byAdvertiser.put(row.getAs(BillingPeriods.ADVERTISER_ID), publication);
      }
    }
    return byAdvertiser;
  }

  /** The first one that had the month closed for every advertiser that it knew. */
  private Optional<Long> closingOfAll(YearMonth month) {
    Map<String, Long> byAdvertiser = closings(month);
    return publications.stream()
        .filter(publication -> byAdvertiser.containsValue(publication.publicationId()))
        .filter(
            publication ->
                advertisers(publication).stream()
                    .allMatch(
                        id ->
                            byAdvertiser.getOrDefault(id, Long.MAX_VALUE)
                                <= publication.publicationId()))
        .map(Publication::publicationId)
        .findFirst();
  }

  private List<String> advertisers(Publication publication) {
    return PublishedTables.of(spark, publication)
        .map(
            tables ->
                tables
                    .reference(RefAdvertisers.TABLE)
                    .select(RefAdvertisers.ADVERTISER_ID)
                    .distinct()
                    .as(Encoders.STRING())
                    .collectAsList())
        .orElse(List.of());
  }

  /** The exact total of a section, whose lines must add up to it. */
  private static long checkSums(JsonNode section, List<String> faults) {
    BigDecimal amounts = BigDecimal.ZERO;
    long micros = 0;
    for (JsonNode line : required(section, "lines")) {
      amounts = amounts.add(new BigDecimal(text(line, "amount")));
      micros = Math.addExact(micros, required(line, "amount_micros").asLong());
    }
    BigDecimal total = new BigDecimal(text(section, "total"));
    if (amounts.compareTo(total) != 0) {
      faults.add("its lines add up to %s, its total is %s".formatted(amounts, total));
    }
    long exact = required(section, "total_micros").asLong();
    if (micros != exact) {
      faults.add("its lines add up to %d micros, total_micros is %d".formatted(micros, exact));
    }
    return exact;
  }

  private void compare(
      SortedMap<String, Long> totals, Account account, String party, List<String> faults) {
    if (publications.stream().noneMatch(p -> p.publicationId() == account.publicationId())) {
      faults.add("there is no publication " + account.publicationId());
      return;
    }
    SortedMap<String, Long> ofParty =
        booked.computeIfAbsent(account, this::read).getOrDefault(party, new TreeMap<>());
    SortedSet<String> currencies = new TreeSet<>(totals.keySet());
    currencies.addAll(ofParty.keySet());
    for (String currency : currencies) {
      long documented = totals.getOrDefault(currency, 0L);
      long inBooks = ofParty.getOrDefault(currency, 0L);
      if (documented != inBooks) {
        faults.add(
            "it says %d micros %s, publication %d has %d"
                .formatted(documented, currency, account.publicationId(), inBooks));
      }
    }
  }

  /** What parties owe, or are owed, by currency. */
  private Map<String, SortedMap<String, Long>> read(Account account) {
    Publication publication =
        publications.stream()
            .filter(any -> any.publicationId() == account.publicationId())
            .findFirst()
            .orElseThrow();
    Map<String, SortedMap<String, Long>> byParty = new HashMap<>();
    rows(publication, BillingLedger.TABLE, BillingLedger.BILLING_DAY, account)
        .unionByName(
            rows(publication, BillingAdjustments.TABLE, BillingAdjustments.BOOKED_ON, account))
        .groupBy("party", BillingLedger.CURRENCY)
        .agg(sum("micros"))
        .collectAsList()
        .forEach(
            row ->
                byParty
                    .computeIfAbsent(row.getString(0), party -> new TreeMap<>())
                    .put(row.getString(1), row.getLong(2)));
    return byParty;
  }

  private Dataset<Row> rows(Publication publication, TableName table, String day, Account account) {
    Column net = col(BillingLedger.DEBIT_MICROS).minus(col(BillingLedger.CREDIT_MICROS));
    return PublishedTables.at(spark, table, publication.snapshotOf(table))
        .where(
            col(day)
                .geq(lit(account.month().atDay(1)))
                .and(col(day).lt(lit(account.month().plusMonths(1).atDay(1)))))
        .where(
            col(BillingLedger.ACCOUNT)
                .equalTo(
                    account.isInvoice()
                        ? CampaignCalculation.RECEIVABLE
                        : CampaignCalculation.PAYABLE))
        .select(
            col(account.isInvoice() ? BillingLedger.ADVERTISER_ID : BillingLedger.PUBLISHER_ID)
                .as("party"),
            col(BillingLedger.CURRENCY),
            (account.isInvoice() ? net : net.multiply(lit(-1L))).as("micros"));
  }

  private static String text(JsonNode node, String field) {
    return required(node, field).asText();
  }

  private static JsonNode required(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null) {
      throw new IllegalArgumentException("there is no " + field);
    }
    return value;
  }
}
