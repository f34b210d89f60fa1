package io.clickledger.schemas;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the DDL of a table says, read from its text: columns, comments, partitioning and order.
 *
 * @param comment the table's COMMENT; empty without one
 * @param partitioning partition transforms, in order; empty for none
 * @param ordering columns that writers sort by, in order; empty for none
 */
public record TableDefinition(
    TableName table,
    String comment,
    List<Column> columns,
    List<String> partitioning,
    List<String> ordering) {

  public enum Nullability {
    REQUIRED,
    NULLABLE
  }

  /**
   * One column.
   *
   * @param type Spark SQL's name of the type
   * @param comment the column's COMMENT; empty without one
   */
  public record Column(String name, String type, Nullability nullability, String comment) {}

  public TableDefinition {
    columns = List.copyOf(columns);
    partitioning = List.copyOf(partitioning);
    ordering = List.copyOf(ordering);
  }

  /** The definition of a table of the lake. */
  public static TableDefinition of(TableName table) {
    return parse(Tables.ddl(table));
  }

  /**
   * Reads a CREATE TABLE statement and, if there is a second one, its ALTER TABLE ... WRITE ORDERED
   * BY. Throws IllegalArgumentException where the text is anything else.
   */
  static TableDefinition parse(List<String> statements) {
    if (statements.isEmpty() || statements.size() > 2) {
      throw new IllegalArgumentException(
          "DDL must be a CREATE and at most one ALTER, was " + statements.size() + " statements");
    }
    TableDefinition created = new Statement(statements.get(0)).createTable();
    if (statements.size() == 1) {
      return created;
    }
    List<String> ordering = new Statement(statements.get(1)).writeOrderedBy(created.table);
    return new TableDefinition(
        created.table, created.comment, created.columns, created.partitioning, ordering);
  }

  /**
   * A cursor over the tokens of one statement. It knows the few clauses that our DDL files use and
   * takes nothing else, so that a clause Spark would misread is an error here first. In particular
   * two literals in a row: Spark 3.5 does not know '' inside a literal, a quote is \'.
   */
  private static final class Statement {
    private static final Pattern TOKEN =
        Pattern.compile("\\s*('(?:[^'\\\\]|\\\\.)*'|[A-Za-z0-9_.]+|[(),<>=])", Pattern.DOTALL);

    private final String text;
    private final List<String> tokens = new ArrayList<>();
    private int next;

    Statement(String text) {
      this.text = text.strip();
      Matcher matcher = TOKEN.matcher(this.text);
      int end = 0;
      while (matcher.lookingAt()) {
        tokens.add(matcher.group(1));
        end = matcher.end();
        matcher.region(end, this.text.length());
      }
      if (end != this.text.length()) {
        throw unexpected(
            this.text.substring(end).strip(), "a word, a literal or one of ( ) , < > =");
      }
    }

    TableDefinition createTable() {
      expect("CREATE", "TABLE", "IF", "NOT", "EXISTS");
      TableName table = TableName.of(take());
      expect("(");
      List<Column> columns = new ArrayList<>();
      do {
        columns.add(column());
      } while (takeIf(","));
      expect(")", "USING", "iceberg");
      List<String> partitioning = List.of();
      String comment = "";
      while (next < tokens.size()) {
        switch (take()) {
          case "PARTITIONED" -> {
            expect("BY", "(");
            partitioning = list();
            expect(")");
          }
          case "COMMENT" -> comment = literal();
          case "TBLPROPERTIES" -> {
            expect("(");
            list();
            expect(")");
          }
          default ->
              throw unexpected(tokens.get(next - 1), "PARTITIONED BY, COMMENT or TBLPROPERTIES");
        }
      }
      return new TableDefinition(table, comment, columns, partitioning, List.of());
    }

    List<String> writeOrderedBy(TableName table) {
      expect("ALTER", "TABLE", table.toString(), "WRITE");
      takeIf("LOCALLY");
      expect("ORDERED", "BY");
      List<String> ordering = list();
      if (next < tokens.size()) {
        throw unexpected(tokens.get(next), "the end");
      }
      return ordering;
    }

    private Column column() {
      String name = take();
      String type = expression(Set.of("NOT", "COMMENT"));
      Nullability nullability = Nullability.NULLABLE;
      if (takeIf("NOT")) {
        expect("NULL");
        nullability = Nullability.REQUIRED;
      }
      String comment = takeIf("COMMENT") ? literal() : "";
      return new Column(name, type, nullability, comment);
    }

    /** Expressions between commas, up to a closing parenthesis that belongs to none of them. */
    private List<String> list() {
      List<String> items = new ArrayList<>();
      do {
        items.add(expression(Set.of()));
      } while (takeIf(","));
      return items;
    }

    /** The text up to a comma or parenthesis outside its own brackets, or up to a stop word. */
    private String expression(Set<String> stopWords) {
      StringBuilder expression = new StringBuilder();
      int depth = 0;
      while (next < tokens.size()) {
        String token = tokens.get(next);
        boolean ends = token.equals(",") || token.equals(")") || stopWords.contains(token);
        if (depth == 0 && ends) {
          break;
        }
        if (token.equals("(") || token.equals("<")) {
          depth++;
        } else if (token.equals(")") || token.equals(">")) {
          depth--;
        }
        expression.append(token.equals(",") ? ", " : token);
        next++;
      }
      if (expression.isEmpty()) {
        throw unexpected(next < tokens.size() ? tokens.get(next) : "the end", "an expression");
      }
      return expression.toString();
    }

    private String literal() {
      String token = take();
      if (!token.startsWith("'")) {
        throw unexpected(token, "a quoted text");
      }
      return token.substring(1, token.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private String take() {
      if (next == tokens.size()) {
        throw unexpected("the end", "more");
      }
      return tokens.get(next++);
    }

    private boolean takeIf(String token) {
      boolean matches = next < tokens.size() && tokens.get(next).equals(token);
      if (matches) {
        next++;
      }
      return matches;
    }

    private void expect(String... words) {
      for (String word : words) {
        if (!takeIf(word)) {
          throw unexpected(next < tokens.size() ? tokens.get(next) : "the end", word);
        }
      }
    }

    private IllegalArgumentException unexpected(String found, String allowed) {
      return new IllegalArgumentException(
          "expected " + allowed + " but found " + found + " in\n" + text);
    }
  }
}
