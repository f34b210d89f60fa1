package io.clickledger.batch.billing.run;

import io.clickledger.batch.BatchMain;
import io.clickledger.batch.BatchSettings;
import io.clickledger.lake.LakeSession;
import io.clickledger.lake.publish.Publications;
import io.clickledger.programs.TryLaterException;
import java.time.Clock;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/** Programs: {@link RollUpClicksJob} with the options that each takes. */
abstract class BillingRunMain extends BatchMain {
  /** The options as they were given, once the lake can be read. */
  abstract Function<SparkSession, BillingRunOptions> options();

  @Override
  protected final Outcome work(BatchSettings settings) {
    Function<SparkSession, BillingRunOptions> options = options();
    try (SparkSession spark = LakeSession.open(name(), settings.lake())) {
      RollUpClicksJob job = new RollUpClicksJob(spark, settings, Clock.systemUTC(), out()::println);
      BillingRunOutcome outcome = job.run(options.apply(spark));
      out().println(outcome);
      return Outcome.done(outcome.summary());
    } catch (Publications.StalePublicationException e) {
      throw new TryLaterException(e.getMessage(), e);
    }
  }
}
