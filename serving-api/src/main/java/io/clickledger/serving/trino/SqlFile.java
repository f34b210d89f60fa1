package io.clickledger.serving.trino;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A statement in a file of its own, with ${names} for what SQL does not take as a parameter. */
public final class SqlFile {

  private static final Pattern NAME = Pattern.compile("\\$\\{([a-z_]+)}");

  private final String name;
  private final String text;

  private SqlFile(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /** The file {@code sql/<name>.sql}, without its comments. */
  public static SqlFile named(String name) {
    String resource = "/io/clickledger/serving/sql/" + name + ".sql";
    try (InputStream in = SqlFile.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no SQL file at " + resource);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new SqlFile(
          name,
          text.lines()
              .filter(line -> !line.stripLeading().startsWith("--"))
              .collect(Collectors.joining("\n")));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + resource, e);
    }
  }

  public String name() {
    return name;
  }

  /**
   * The statement with each ${name} replaced. The values stand in SQL as they are: columns of
   * enums, snapshot ids that are longs, other SQL files; never anything of a request's text.
   */
  public String text(Map<String, String> values) {
    Matcher matcher = NAME.matcher(text);
    return matcher.replaceAll(
        match -> {
          String value = values.get(match.group(1));
          if (value == null) {
            throw new IllegalArgumentException(name + ".sql wants a value for " + match.group());
          }
          return Matcher.quoteReplacement(value);
        });
  }
}
