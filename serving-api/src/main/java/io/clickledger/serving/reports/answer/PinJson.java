package io.clickledger.serving.reports.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import io.clickledger.schemas.BillingRestatements;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.serving.pins.FinalTable;
import io.clickledger.serving.pins.Freshness;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Publication;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** The fields on freshness and finality of an answer: the same in reports and in /v1/freshness. */
final class PinJson {

  private PinJson() {}

  static void write(Pin pin, Freshness freshness, JsonGenerator json) throws IOException {
    json.writeStringField("as_of", pin.asOf().toString());
    writeInstant("through", pin.through(), json);
    if (pin.publication().isPresent()) {
      json.writeNumberField("publication_id", pin.publication().get().id());
    } else {
      json.writeNullField("publication_id");
    }
    writeInstant("published_at", pin.publication().map(Publication::publishedAt), json);
    if (pin.publication().isPresent()) {
      json.writeStringField("closed_before", pin.publication().get().closed().before().toString());
    } else {
      json.writeNullField("closed_before");
    }
    writeSnapshotIds(pin, json);
    json.writeObjectFieldStart("freshness");
    writeInstant("landed_through", freshness.landedThrough(), json);
    if (freshness.landedThrough().isPresent()) {
      json.writeNumberField("seconds_behind", freshness.secondsBehind(pin.asOf()).getAsLong());
    } else {
      json.writeNullField("seconds_behind");
    }
    json.writeEndObject();
    json.writeNumberField("pending_late_clicks", freshness.pendingLateClicks());
  }

  /** As text: they are greater than what numbers of JavaScript hold exactly. */
  private static void writeSnapshotIds(Pin pin, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("snapshot_ids");
    json.writeStringField(LiveClicksByMinute.TABLE.toString(), "" + pin.liveSnapshotId());
    if (pin.publication().isPresent()) {
      for (FinalTable table : FinalTable.values()) {
        json.writeStringField(
            table.table().toString(), "" + pin.publication().get().snapshotIds().get(table));
      }
      json.writeStringField(
          BillingRestatements.TABLE.toString(),
          "" + pin.publication().get().restatementsSnapshotId());
    }
    json.writeEndObject();
  }

  private static void writeInstant(String name, Optional<Instant> instant, JsonGenerator json)
      throws IOException {
    if (instant.isPresent()) {
      json.writeStringField(name, instant.get().toString());
    } else {
      json.writeNullField(name);
    }
  }
}
