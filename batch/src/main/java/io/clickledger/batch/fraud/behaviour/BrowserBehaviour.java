package io.clickledger.batch.fraud.behaviour;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.clickledger.schemas.RawClicks;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Browsers at an address, all over and on the pages of one publisher. */
final class BrowserBehaviour {
  /** Publishers with fewer clicks need no entry: a share of so few says nothing. */
  private static final int MIN_CLICKS_OF_PUBLISHER = 50;

  /** A crowd has at least so many users. */
  private static final int MIN_CROWD = 8;

  /** Hashes to sort by, since a sort by numbers is several times faster. Groups are by texts. */
  private static final String ADDRESS = "xxhash64(" + RawClicks.IP_HASH + ")";

  private static final String BROWSER = "xxhash64(" + RawClicks.USER_AGENT + ")";
  private static final String SITE = "xxhash64(" + RawClicks.PUBLISHER_ID + ")";

  private BrowserBehaviour() {}

  /**
   * The larger publishers of the day: publisher_clicks, and publisher_part as their share of all
   * visitors.
   *
   * @param day rows of raw.clicks of one UTC day
   */
  static Dataset<Row> publishers(Dataset<Row> day) {
    return DayClicks.of(day)
        .groupBy(RawClicks.PUBLISHER_ID)
        .agg(
            expr("count(1) AS publisher_clicks"),
            expr("approx_count_distinct(user, 0.05) AS visitors"))
        .selectExpr(
            RawClicks.PUBLISHER_ID,
            "publisher_clicks",
            "visitors / sum(visitors) OVER () AS publisher_part")
        .where("publisher_clicks >= " + MIN_CLICKS_OF_PUBLISHER);
  }

  /**
   * Cells: a browser at an address with a publisher, with what is known of the cell, of the browser
   * at all publishers, and of the address with the publisher. Only those that may matter; the first
   * cell of a browser stands for it.
   */
  static Dataset<Row> cells(Dataset<Row> day, Dataset<Row> publishers) {
    Dataset<Row> clicks =
        DayClicks.of(day)
            .where(RawClicks.IP_HASH + " IS NOT NULL AND " + RawClicks.USER_AGENT + " IS NOT NULL")
            .selectExpr(
                ADDRESS + " AS address",
                BROWSER + " AS browser",
                SITE + " AS site",
                RawClicks.IP_HASH,
                RawClicks.USER_AGENT,
                RawClicks.PUBLISHER_ID,
                DayClicks.AT,
                DayClicks.ID,
                DayClicks.USER)
            .repartition(col("address"));
    String ofAddress = over("address");
    String ofSite = over("address", "site");
    String ofBrowser = over("address", "browser");
    return DayClicks.withGaps(clicks, "address", "browser")
        .groupBy(
            "address",
            "browser",
            "site",
            RawClicks.IP_HASH,
            RawClicks.USER_AGENT,
            RawClicks.PUBLISHER_ID)
        .agg(
            expr("count(1) AS clicks"),
            expr("greatest(1, approx_count_distinct(user, 0.1)) AS users"),
            expr("count(interval_seconds) AS intervals"),
            expr("sum(interval_seconds) AS gaps"),
            expr("sum(interval_seconds * interval_seconds) AS squares"),
            expr("max(gap) AS longest"),
            expr("min(at) AS first_at"),
            expr("max(at) AS last_at"))
        .selectExpr(
            "*",
            "sum(users)" + ofAddress + ") AS address_users",
            "sum(users)" + ofSite + ") AS site_users",
            "sum(clicks)" + ofBrowser + ") AS browser_clicks",
            "sum(users)" + ofBrowser + ") AS browser_users",
            "sum(intervals)" + ofBrowser + ") AS browser_intervals",
            "sum(gaps)" + ofBrowser + ") AS browser_gaps",
            "sum(squares)" + ofBrowser + ") AS browser_squares",
            "max(longest)" + ofBrowser + ") AS browser_longest",
            "min(first_at)" + ofBrowser + ") AS browser_first_at",
            "max(last_at)" + ofBrowser + ") AS browser_last_at",
            "row_number()" + ofBrowser + " ORDER BY site) AS place")
        .join(broadcast(publishers), new String[] {RawClicks.PUBLISHER_ID}, "left")
        .selectExpr("*", crowd() + " AS crowd")
        .where(isCell() + " OR " + isBrowser() + " OR crowd > 0");
  }

  private static String over(String... key) {
    return " OVER (PARTITION BY " + String.join(", ", key);
  }

  /** log2 of how many times as many users of the address are there as visitors are elsewhere. */
  private static String crowd() {
    String expected = "address_users * coalesce(publisher_part, 0)";
    return "if(site_users >= %d, %s, 0D)"
        .formatted(
            MIN_CROWD, Terms.log2("site_users / (%s + %d)".formatted(expected, MIN_CROWD), 6));
  }

  private static String isCell() {
    return "clicks >= " + ActorKind.PUBLISHER_BROWSER.minClicks();
  }

  private static String isBrowser() {
    return "(place = 1 AND browser_clicks >= " + ActorKind.BROWSER.minClicks() + ")";
  }

  /** Actors of {@link ActorKind#BROWSER} with their features, out of {@link #cells}. */
  static Dataset<Row> browsers(Dataset<Row> cells) {
    return cells
        .where(isBrowser())
        .selectExpr(
            RawClicks.IP_HASH,
            RawClicks.USER_AGENT,
            "browser_clicks AS clicks",
            Terms.as(
                "%s * %s * least(1, browser_users / browser_clicks)"
                    .formatted(
                        Terms.regular("browser_intervals", "browser_gaps", "browser_squares", 1),
                        Terms.sleepless("browser_longest", "browser_first_at", "browser_last_at")),
                Feature.CLOCKWORK_OF_MANY));
  }

  /** Actors of {@link ActorKind#PUBLISHER_BROWSER} with their features, out of {@link #cells}. */
  static Dataset<Row> publisherBrowsers(Dataset<Row> cells) {
    return cells
        .where(isCell())
        .selectExpr(
            RawClicks.IP_HASH,
            RawClicks.USER_AGENT,
            RawClicks.PUBLISHER_ID,
            "clicks",
            Terms.as("crowd", Feature.CROWD),
            Terms.as(
                Terms.log2(
                    "users / (browser_users * coalesce(publisher_part, 0) + %d)"
                        .formatted(MIN_CROWD / 2),
                    6),
                Feature.BROWSER_CROWD));
  }
}
