package io.clickledger.schemas;

/** Name of a table of the lake: {@code namespace.name}, the same in Spark, Trino and Iceberg. */
public record TableName(String namespace, String name) implements Comparable<TableName> {
  public TableName {
    if (!namespace.matches("[a-z]+")) {
      throw new IllegalArgumentException("namespace must be lower-case letters, was " + namespace);
    }
    if (!name.matches("[a-z_]+")) {
      throw new IllegalArgumentException("table name must be lower_snake, was " + name);
    }
  }

  /** The table called {@code namespace.name}. */
  public static TableName of(String qualified) {
    String[] parts = qualified.split("\\.", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException("a table is namespace.name, was " + qualified);
    }
    return new TableName(parts[0], parts[1]);
  }

  @Override
  public int compareTo(TableName other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return namespace + "." + name;
  }
}
