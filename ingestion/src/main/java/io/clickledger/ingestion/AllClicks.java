package io.clickledger.ingestion;

import io.clickledger.rules.Click;
import io.clickledger.rules.Reading;
import java.util.ArrayList;
import java.util.List;

/** All clicks of a request, or none of them. */
final class AllClicks {

  private AllClicks() {}

  /**
   * @throws io.clickledger.http.ProblemException 400 naming what is wrong in each, where one is
   *     malformed: a sender mends and repeats a whole request more safely than its remainder
   */
  static List<Click> of(List<Reading> readings) {
    List<Click> clicks = new ArrayList<>(readings.size());
    for (Reading reading : readings) {
      if (reading instanceof Reading.Accepted accepted) {
        clicks.add(accepted.click());
      } else {
        throw IngestionProblems.malformed(readings);
      }
    }
    return clicks;
  }
}
