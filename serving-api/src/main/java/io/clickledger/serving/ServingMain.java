package io.clickledger.serving;

import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** Program: {@link ServingApi}, until SIGTERM. */
@Command(name = "serving-api", description = "Answer reports over HTTP.")
public final class ServingMain extends JobMain<ServingSettings> {
  ServingMain() {
    super(ServingSettings.class, ServingSettings.DEFAULTS);
  }

  public static void main(String[] args) {
    JobMain.exit(new ServingMain(), args);
  }

  @Override
  protected int run(ServingSettings settings) throws InterruptedException {
    ServingApi api = ServingApi.start(settings, Clock.systemUTC());
    CountDownLatch end = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  api.close();
                  end.countDown();
                },
                "end-serving-api"));
    end.await();
    return ExitCode.DONE;
  }
}
