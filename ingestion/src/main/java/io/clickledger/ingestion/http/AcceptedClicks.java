package io.clickledger.ingestion.http;

import io.clickledger.rules.contract.Click;
import io.clickledger.rules.json.ReadResult;
import io.clickledger.rules.json.ReadResults;
import java.util.ArrayList;
import java.util.List;

/** All clicks of a request, or none of them. */
final class AcceptedClicks {

  private AcceptedClicks() {}

  /**
   * The clicks of a body.
   *
   * @param maxClicks how many were read at most
   * @throws io.clickledger.http.ProblemException 400 naming what is wrong in each, where one is
   *     malformed: a sender corrects and repeats a whole request more safely than its remainder;
   *     413 where there are more clicks than may be
   */
  static List<Click> of(ReadResults posted, int maxClicks) {
    List<Click> clicks = new ArrayList<>(posted.results().size());
    for (ReadResult reading : posted.results()) {
      if (reading instanceof ReadResult.Accepted accepted) {
        clicks.add(accepted.click());
      } else {
        throw IngestionProblems.malformed(posted);
      }
    }
    if (posted.end() == ReadResults.End.MAX_CLICKS) {
      throw IngestionProblems.tooManyClicks(maxClicks);
    }
    return clicks;
  }
}
