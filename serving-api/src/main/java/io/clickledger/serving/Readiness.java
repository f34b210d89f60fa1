package io.clickledger.serving;

import io.clickledger.http.NotReadyException;
import io.clickledger.http.ProblemException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A query as a readiness check: a problem that clients are told is what is not ready. */
final class Readiness {

  private Readiness() {}

  static void await(CompletableFuture<?> answer) throws NotReadyException {
    try {
      answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ProblemException told) {
        throw new NotReadyException(told.problem().detail());
      }
      throw e;
    }
  }
}
