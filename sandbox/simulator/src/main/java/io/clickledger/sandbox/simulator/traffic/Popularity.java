package io.clickledger.sandbox.simulator.traffic;

import java.util.Arrays;
import java.util.Random;

/** How often each of many is chosen, in the order of how popular they are. */
final class Popularity {
  private final double[] cumulated;

  private Popularity(double[] cumulated) {
    this.cumulated = cumulated;
  }

  /** The n-th is chosen in proportion to n to the power of minus the exponent. */
  static Popularity zipf(int size, double exponent) {
    double[] shares = new double[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += 1 / Math.pow(i + 1, exponent);
      shares[i] = sum;
    }
    for (int i = 0; i < size; i++) {
      shares[i] /= sum;
    }
    return new Popularity(shares);
  }

  /**
   * The first has this share, and the others divide the rest among them in their proportions.
   *
   * @param share between 0 and 1
   */
  Popularity withFirst(double share) {
    if (!(share > 0 && share < 1) || cumulated.length < 2) {
      throw new IllegalArgumentException(
          "the share of the first of many must be between 0 and 1, was %s of %d"
              .formatted(share, cumulated.length));
    }
    double first = cumulated[0];
    return new Popularity(
        Arrays.stream(cumulated)
            .map(upTo -> share + (upTo - first) / (1 - first) * (1 - share))
            .toArray());
  }

  /** How often the one at this place is chosen, as a share. */
  double share(int place) {
    return cumulated[place] - (place == 0 ? 0 : cumulated[place - 1]);
  }

  int draw(Random random) {
    int place = Arrays.binarySearch(cumulated, random.nextDouble());
    return Math.min(place < 0 ? -place - 1 : place, cumulated.length - 1);
  }
}
