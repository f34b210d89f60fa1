package io.clickledger.serving.access;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Measure;
import io.clickledger.serving.reports.query.Scope;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** {@code GET /v1/access}: who the API takes him for who asks, and what he may see. */
public final class AccessHandler implements Handler {

  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public void handle(Context context) throws IOException {
    Principal principal = Access.principal(context);
    Scope scope = principal.scope();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("subject", principal.subject());
      json.writeStringField("name", principal.name());
      json.writeStringField("role", principal.role().word());
      json.writeObjectFieldStart("scope");
      if (scope.isLimited()) {
        write(scope.owner().orElseThrow().column(), List.copyOf(scope.ids()), json);
      }
      json.writeEndObject();
      write("dimensions", scope.dimensions().stream().map(Dimension::column).toList(), json);
      write("measures", scope.measures().stream().map(Measure::column).toList(), json);
      json.writeEndObject();
    }
    context.header("Cache-Control", "no-store");
    context.contentType("application/json").result(out.toByteArray());
  }

  private static void write(String name, List<String> words, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String word : words) {
      json.writeString(word);
    }
    json.writeEndArray();
  }
}
