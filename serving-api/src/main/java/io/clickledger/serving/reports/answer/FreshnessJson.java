package io.clickledger.serving.reports.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickledger.serving.pins.Freshness;
import io.clickledger.serving.pins.Pin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** How fresh and how final the numbers are, as JSON. */
final class FreshnessJson {

  private static final JsonFactory JSON = new JsonFactory();

  private FreshnessJson() {}

  static byte[] write(Pin pin, Freshness freshness) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      PinJson.write(pin, freshness, json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
