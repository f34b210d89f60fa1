package io.clickledger.sandbox.simulator.traffic;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The ads and publishers that can be clicked, out of the metadata CSV files.
 *
 * @param domains by publisher
 */
public record Catalogue(List<Ad> ads, List<String> publishers, Map<String, String> domains) {

  /** An ad with what it costs and whose it is. */
  public record Ad(
      String adId, String campaignId, String advertiserId, long cpcMicros, String currency) {}

  public Catalogue {
    if (ads.isEmpty() || publishers.isEmpty()) {
      throw new IllegalArgumentException(
          "a catalogue has ads and publishers, was "
              + ads.size()
              + " ads and "
              + publishers.size()
              + " publishers");
    }
    ads = List.copyOf(ads);
    publishers = List.copyOf(publishers);
    domains = Map.copyOf(domains);
  }

  /** Of publishers whose pages are not known. */
  public Catalogue(List<Ad> ads, List<String> publishers) {
    this(ads, publishers, Map.of());
  }

  /** Reads advertisers.csv, campaigns.csv, ads.csv and publishers.csv of the folder. */
  public static Catalogue read(Path folder) {
    Map<String, String> currencies = new HashMap<>();
    rows(folder.resolve("advertisers.csv"))
        .forEach(row -> currencies.put(row.get("advertiser_id"), row.get("currency")));
    Map<String, String> advertisers = new HashMap<>();
    rows(folder.resolve("campaigns.csv"))
        .forEach(row -> advertisers.put(row.get("campaign_id"), row.get("advertiser_id")));
    List<Ad> ads =
        rows(folder.resolve("ads.csv")).stream()
            .map(
                row -> {
                  String campaign = row.get("campaign_id");
                  String advertiser = advertisers.get(campaign);
                  return new Ad(
                      row.get("ad_id"),
                      campaign,
                      advertiser,
                      Long.parseLong(row.get("cpc_micros")),
                      currencies.get(advertiser));
                })
            .toList();
    Map<String, String> domains = new LinkedHashMap<>();
    rows(folder.resolve("publishers.csv"))
        .forEach(row -> domains.put(row.get("publisher_id"), row.get("domain")));
    return new Catalogue(ads, List.copyOf(domains.keySet()), domains);
  }

  /** The ads by id, in their order. */
  public Map<String, Ad> byId() {
    return ads.stream()
        .collect(Collectors.toMap(Ad::adId, ad -> ad, (a, b) -> a, LinkedHashMap::new));
  }

  private static List<CSVRecord> rows(Path file) {
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader reader = Files.newBufferedReader(file);
        CSVParser parser = format.parse(reader)) {
      return parser.getRecords();
    } catch (IOException e) {
      throw new UncheckedIOException("reading the catalogue from " + file, e);
    }
  }
}
