package io.clickledger.ingestion;

import io.clickledger.settings.Settings;
import io.clickledger.settings.SettingsException;
import io.javalin.util.JavalinException;
import java.time.Clock;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts ingestion: {@code --settings FILE} and {@code --set key=value}. Stops on SIGTERM. */
public final class IngestionMain {

  private static final Logger LOG = LoggerFactory.getLogger(IngestionMain.class);
  private static final int CANNOT_START = 1;
  private static final int BAD_SETTINGS = 2;

  private IngestionMain() {}

  public static void main(String[] args) {
    try {
      IngestionSettings settings =
          Settings.fromArguments(
              IngestionSettings.class, IngestionSettings.DEFAULTS, args, System.getenv());
      Ingestion ingestion = Ingestion.start(settings, Clock.systemUTC());
      Runtime.getRuntime().addShutdownHook(new Thread(ingestion::close, "stop"));
      LOG.info(
          "clicks from http://{}:{} go to topic {} at {}",
          settings.http().host(),
          ingestion.port(),
          settings.kafka().clickTopic(),
          settings.kafka().bootstrapServers());
    } catch (SettingsException e) {
      exit(BAD_SETTINGS, e.getMessage());
    } catch (JavalinException | KafkaException e) {
      exit(CANNOT_START, "ingestion cannot start: " + e.getMessage() + causeOf(e));
    }
  }

  private static String causeOf(RuntimeException e) {
    return e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")";
  }

  private static void exit(int status, String message) {
    System.err.println(message);
    System.exit(status);
  }
}
