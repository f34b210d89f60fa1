package io.clickledger.batch.fraud.behaviour;

import io.clickledger.schemas.RawClicks;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Makes a day of a few actors by hand. */
final class BehaviourRows {
  static final Instant MIDNIGHT = Instant.parse("2026-11-20T00:00:00Z");
  private static final StructType SCHEMA =
      new StructType()
          .add(RawClicks.CLICK_ID, DataTypes.StringType)
          .add(RawClicks.CLICKED_AT, DataTypes.TimestampType)
          .add(RawClicks.PUBLISHER_ID, DataTypes.StringType)
          .add(RawClicks.USER_AGENT, DataTypes.StringType)
          .add(RawClicks.FRAUD_FLAGS, DataTypes.createArrayType(DataTypes.StringType))
          .add(RawClicks.IP_HASH, DataTypes.StringType)
          .add(RawClicks.USER_HASH, DataTypes.StringType);

  private final List<Row> rows = new ArrayList<>();

  /** So many clicks of a user at equal intervals, from midnight on. */
  BehaviourRows regular(String user, String address, String publisher, int clicks, Duration every) {
    for (int i = 0; i < clicks; i++) {
      click(user, address, publisher, MIDNIGHT.plus(every.multipliedBy(i)));
    }
    return this;
  }

  BehaviourRows click(String user, String address, String publisher, Instant at, String... flags) {
    return click("click-" + rows.size(), user, address, publisher, at, flags);
  }

  BehaviourRows click(
      String id, String user, String address, String publisher, Instant at, String... flags) {
    rows.add(RowFactory.create(id, Timestamp.from(at), publisher, "Browser", flags, address, user));
    return this;
  }

  Dataset<Row> day(SparkSession spark) {
    return spark.createDataFrame(rows, SCHEMA);
  }
}
