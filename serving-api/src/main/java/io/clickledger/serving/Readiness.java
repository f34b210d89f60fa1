package io.clickledger.serving;

import io.clickledger.http.NotReadyException;
import io.clickledger.http.ProblemException;
import io.clickledger.serving.window.Window;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Uses a query as a readiness check: its problem is the reason for not being ready. */
final class Readiness {

  private Readiness() {}

  static void await(Window window) throws NotReadyException {
    if (!window.isReady()) {
      throw new NotReadyException("the window of live and final rows is not read yet");
    }
  }

  static void await(CompletableFuture<?> answer) throws NotReadyException {
    try {
      answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ProblemException problem) {
        throw new NotReadyException(problem.problem().detail());
      }
      throw e;
    }
  }
}
