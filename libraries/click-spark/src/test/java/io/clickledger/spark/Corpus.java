package io.clickledger.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Real user agents, labelled people's or robots' by their sources, and networks of access
 * providers. How they were selected is in docs/fraud-rules.md.
 */
final class Corpus {
  /** One user agent and the library whose tests it is from. */
  record Sample(String source, String userAgent) {}

  private Corpus() {}

  static List<Sample> people() throws IOException {
    return samples("people.tsv.gz");
  }

  static List<Sample> robots() throws IOException {
    return samples("robots.tsv.gz");
  }

  /** Where users live, of many countries: {@code 1.128.0.0/11}. */
  static List<String> accessNetworks() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Corpus.class.getResourceAsStream("corpus/networks.tsv"), StandardCharsets.UTF_8))) {
      return lines.lines().map(line -> line.split("\t")[1]).toList();
    }
  }

  private static List<Sample> samples(String file) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Corpus.class.getResourceAsStream("corpus/" + file)),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(line -> line.split("\t", 2))
          .map(parts -> new Sample(parts[0], parts[1]))
          .toList();
    }
  }
}
