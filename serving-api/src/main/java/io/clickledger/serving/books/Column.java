package io.clickledger.serving.books;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A column of an answer: its name in the statement and in JSON, and what it holds.
 *
 * @param name of a column that the statement selects
 */
public record Column(String name, Kind kind) {

  /** How a value is written. */
  public enum Kind {
    /** As it is. */
    TEXT,
    /** A count: far below what numbers of JavaScript hold. */
    NUMBER,
    /** Micros, as a decimal text: no reader takes it for a double and loses a digit. */
    MONEY,
    /** Texts that are separated by commas, as an array. */
    LIST
  }

  private static final int DECIMALS_OF_MICROS = 6;

  public static Column text(String name) {
    return new Column(name, Kind.TEXT);
  }

  public static Column number(String name) {
    return new Column(name, Kind.NUMBER);
  }

  public static Column money(String name) {
    return new Column(name, Kind.MONEY);
  }

  public static Column list(String name) {
    return new Column(name, Kind.LIST);
  }

  /** Writes the field of the row that is read. */
  void write(ResultSet row, JsonGenerator json) throws SQLException, IOException {
    String text = row.getString(name);
    if (text == null) {
      json.writeNullField(name);
      return;
    }
    switch (kind) {
      case TEXT -> json.writeStringField(name, text);
      case NUMBER -> json.writeNumberField(name, Long.parseLong(text));
      case MONEY -> json.writeStringField(name, exact(Long.parseLong(text)));
      case LIST -> {
        json.writeArrayFieldStart(name);
        for (String part : text.isEmpty() ? new String[0] : text.split(",")) {
          json.writeString(part);
        }
        json.writeEndArray();
      }
    }
  }

  private static String exact(long micros) {
    return BigDecimal.valueOf(micros, DECIMALS_OF_MICROS).toPlainString();
  }
}
