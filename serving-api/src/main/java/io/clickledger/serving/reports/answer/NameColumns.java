package io.clickledger.serving.reports.answer;

import io.clickledger.metadata.MetadataNames;
import io.clickledger.serving.reports.query.Dimension;
import java.util.Map;

/**
 * Which ids of a report have a name beside them.
 *
 * @param names by dimension and id
 */
record NameColumns(Map<Dimension, Map<String, String>> names) {

  /** A report of ids alone. */
  static final NameColumns NONE = new NameColumns(Map.of());

  NameColumns {
    names = Map.copyOf(names);
  }

  static NameColumns of(MetadataNames names) {
    return new NameColumns(
        Map.of(
            Dimension.ADVERTISER_ID, names.advertisers(),
            Dimension.CAMPAIGN_ID, names.campaigns(),
            Dimension.AD_ID, names.ads(),
            Dimension.PUBLISHER_ID, names.publishers()));
  }

  boolean has(Dimension dimension) {
    return names.containsKey(dimension);
  }

  /** {@code campaign_name} for {@code campaign_id}. */
  static String column(Dimension dimension) {
    return dimension.column().replaceFirst("_id$", "_name");
  }

  /** The id's name; null where it has none, and for no id. */
  String name(Dimension dimension, String id) {
    return id == null ? null : names.get(dimension).get(id);
  }
}
