package io.clickledger.ingestion;

import io.clickledger.ingestion.spool.SpoolException;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.TryLaterException;
import io.javalin.util.JavalinException;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** Program: {@link Ingestion}, until SIGTERM. */
@Command(name = "ingestion", description = "Take clicks over HTTP and produce them to Kafka.")
public final class IngestionMain extends JobMain<IngestionSettings> {

  private static final Logger LOG = LoggerFactory.getLogger(IngestionMain.class);

  IngestionMain() {
    super(IngestionSettings.class, IngestionSettings.DEFAULTS);
  }

  public static void main(String[] args) {
    JobMain.exit(new IngestionMain(), args);
  }

  @Override
  protected int run(IngestionSettings settings) throws InterruptedException {
    Ingestion ingestion = start(settings);
    CountDownLatch end = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  ingestion.close();
                  end.countDown();
                },
                "stop"));
    LOG.info(
        "clicks from http://{}:{} go to topic {} at {}",
        settings.http().host(),
        ingestion.port(),
        settings.kafka().clickTopic(),
        settings.kafka().bootstrapServers());
    end.await();
    return ExitCode.DONE;
  }

  private static Ingestion start(IngestionSettings settings) {
    try {
      return Ingestion.start(settings, Clock.systemUTC());
    } catch (JavalinException | KafkaException | SpoolException e) {
      throw new TryLaterException("ingestion cannot start: " + e.getMessage() + causeOf(e), e);
    }
  }

  private static String causeOf(RuntimeException e) {
    return e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")";
  }
}
