package io.clickledger.batch.fraud.behaviour;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.clickledger.schemas.RawClicks;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Users. */
final class UserBehaviour {
  /**
   * A user id at more addresses is no person's and no device's, but what senders write where they
   * know no user: people would be judged by each other's clicks.
   */
  private static final int MAX_ADDRESSES = 32;

  /** Of the cells with a crowd, the largest so many are looked up. */
  private static final int MAX_CROWDS = 100_000;

  private static final String CELL =
      "xxhash64(%s, %s) AS cell".formatted(RawClicks.IP_HASH, RawClicks.PUBLISHER_ID);
  private static final String PUBLISHER =
      "xxhash64(%s) AS publisher".formatted(RawClicks.PUBLISHER_ID);

  private UserBehaviour() {}

  /**
   * Actors of {@link ActorKind#USER} with their features.
   *
   * @param cells those of {@link BrowserBehaviour} of the same day
   * @param publishers those of {@link BrowserBehaviour} of the same day
   */
  static Dataset<Row> users(Dataset<Row> day, Dataset<Row> cells, Dataset<Row> publishers) {
    Dataset<Row> visits =
        visits(day)
            .join(broadcast(crowds(cells)), new String[] {"cell"}, "left")
            .join(
                broadcast(publishers.selectExpr(PUBLISHER, "publisher_clicks")),
                new String[] {"publisher"},
                "left");
    return visits
        .groupBy("key", RawClicks.USER_HASH)
        .agg(
            expr("sum(clicks) AS clicks"),
            expr("sum(intervals) AS intervals"),
            expr("sum(gaps) AS gaps"),
            expr("sum(squares) AS squares"),
            expr("max(longest) AS longest"),
            expr("min(first_at) AS first_at"),
            expr("max(last_at) AS last_at"),
            expr("bit_or(" + Terms.bit("address") + ") AS addresses"),
            expr("bit_or(" + Terms.bit("publisher") + ") AS publishers"),
            expr("sum(clicks * coalesce(crowd, 0D)) / sum(clicks) AS crowd"),
            expr("sum(" + Terms.share("clicks", "publisher_clicks") + ") AS share"))
        .where("clicks >= " + ActorKind.USER.minClicks())
        .selectExpr(
            RawClicks.USER_HASH,
            "clicks",
            Terms.regular("intervals", "gaps", "squares", 1.5) + " AS regular",
            Terms.sleepless("longest", "first_at", "last_at") + " AS sleepless",
            Terms.distinct("addresses") + " AS addresses",
            Terms.log2("clicks / " + Terms.distinct("publishers"), 6) + " AS one_site",
            "crowd",
            "share")
        .where("addresses <= " + MAX_ADDRESSES)
        .selectExpr(
            RawClicks.USER_HASH,
            "clicks",
            Terms.as("regular", Feature.REGULAR_INTERVALS),
            Terms.as("sleepless", Feature.NO_SLEEP),
            Terms.as("regular * sleepless", Feature.CLOCKWORK),
            Terms.as(Terms.log2("addresses", 3), Feature.MANY_ADDRESSES),
            Terms.as("crowd", Feature.CROWD),
            Terms.as("sqrt(crowd * one_site)", Feature.BUSY_CROWD),
            Terms.as("regular * one_site", Feature.STEADY_ON_ONE_SITE),
            Terms.as(Terms.ofShare("share"), Feature.PUBLISHER_SHARE));
  }

  /** The largest crowds, by the cell that they are in. */
  private static Dataset<Row> crowds(Dataset<Row> cells) {
    return cells
        .where("crowd > 0")
        .select(
            col(RawClicks.IP_HASH), col(RawClicks.PUBLISHER_ID), col("site_users"), col("crowd"))
        .distinct()
        .orderBy(col("site_users").desc(), col(RawClicks.IP_HASH), col(RawClicks.PUBLISHER_ID))
        .limit(MAX_CROWDS)
        .selectExpr(CELL, "crowd");
  }

  /** Sums of a user's clicks for each cell, publisher and address. */
  private static Dataset<Row> visits(Dataset<Row> day) {
    Dataset<Row> clicks =
        DayClicks.of(day)
            .where(RawClicks.USER_HASH + " IS NOT NULL")
            .selectExpr(
                // To sort by, since a sort by numbers is several times faster.
                "xxhash64(%s) AS key".formatted(RawClicks.USER_HASH),
                RawClicks.USER_HASH,
                DayClicks.AT,
                DayClicks.ID,
                PUBLISHER,
                CELL,
                "xxhash64(%s) AS address".formatted(RawClicks.IP_HASH))
            .repartition(col("key"));
    return DayClicks.withGaps(clicks, "key")
        .groupBy("key", RawClicks.USER_HASH, "cell", "publisher", "address")
        .agg(
            expr("count(1) AS clicks"),
            expr("count(interval_seconds) AS intervals"),
            expr("sum(interval_seconds) AS gaps"),
            expr("sum(interval_seconds * interval_seconds) AS squares"),
            expr("max(gap) AS longest"),
            expr("min(at) AS first_at"),
            expr("max(at) AS last_at"));
  }
}
