package io.clickledger.sandbox.simulator.traffic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Makes the fields of clicks as their senders write them, before any trouble changes them. */
final class ClickFields {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One in so many clicks claims a cost, one has fields beyond the contract, one says its page. */
  private static final int CLAIM_EVERY = 25;

  private static final int OTHER_FIELDS_EVERY = 20;
  private static final int PAGE_EVERY = 4;

  private final Catalogue catalogue;
  private final Map<String, Catalogue.Ad> ads;
  private final Optional<String> onlyPublisher;
  private final Popularity publisherPopularity;
  private final Random random;

  /**
   * @param onlyPublisher all clicks are on this publisher
   * @param random of the model, which draws from it in turn
   */
  ClickFields(Catalogue catalogue, Optional<String> onlyPublisher, Random random) {
    this.catalogue = catalogue;
    this.ads = catalogue.byId();
    this.onlyPublisher = onlyPublisher;
    this.publisherPopularity = Popularity.zipf(catalogue.publishers().size(), 1.0);
    this.random = random;
  }

  /** The fields of a new click, for the caller to change. */
  Map<String, Object> make(Instant time, User user, String adId) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("click_id", newId());
    fields.put("clicked_at", written(time));
    fields.put("ad_id", adId);
    Optional<Catalogue.Ad> ad = Optional.ofNullable(ads.get(adId));
    String publisher = onlyPublisher.orElseGet(() -> publisher(user));
    fields.put("publisher_id", publisher);
    fields.put("user_id", user.id());
    fields.put("ip_address", user.address());
    if (user.userAgent() != null) {
      fields.put("user_agent", user.userAgent());
    }
    fields.put("impression_id", "imp-" + Long.toHexString(random.nextLong()));
    fields.put("click_url", "https://shop.example/landing?ad=" + adId);
    // Senders know the campaign of their ads; what they say of an ad that we know is not believed.
    ad.ifPresent(known -> fields.put("campaign_id", known.campaignId()));
    if (random.nextInt(CLAIM_EVERY) == 0) {
      fields.put("claimed_cost_micros", 1_000L * random.nextInt(5_000));
      fields.put("currency", "EUR");
    }
    if (random.nextInt(OTHER_FIELDS_EVERY) == 0) {
      fields.put("placement", "slot-" + random.nextInt(9));
      fields.put("viewport", Map.of("width", 320 + random.nextInt(1_600)));
    }
    String domain = catalogue.domains().get(publisher);
    if (domain != null && random.nextInt(PAGE_EVERY) == 0) {
      fields.put("page_url", "https://www." + domain + "/articles/" + random.nextInt(10_000));
    }
    return fields;
  }

  private String publisher(User user) {
    if (user.publishers().isEmpty()) {
      return catalogue.publishers().get(publisherPopularity.draw(random));
    }
    // The first in half of the cases, the second in half of the others, and so on.
    int place = Long.numberOfTrailingZeros(random.nextLong() | 1L << user.publishers().size() - 1);
    return user.publishers().get(place);
  }

  String newId() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** A time in one of the two forms that the contract knows. */
  Object written(Instant time) {
    return random.nextBoolean()
        ? time.toEpochMilli()
        : Instant.ofEpochMilli(time.toEpochMilli()).toString();
  }

  /** The record as it is sent. */
  static String json(Map<String, Object> fields) {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
