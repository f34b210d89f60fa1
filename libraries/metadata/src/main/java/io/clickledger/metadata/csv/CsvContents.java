package io.clickledger.metadata.csv;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The lines of CSV files and what is wrong with them, as far as the files themselves show it.
 *
 * @param tables those that a file was given for
 * @param unread those of them whose lines could not be separated
 */
record CsvContents(
    Set<MetadataTable> tables,
    Set<MetadataTable> unread,
    List<CsvLine> lines,
    List<ImportFault> faults) {

  /** Cells may be quoted; blanks around them do not count. */
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setIgnoreSurroundingSpaces(true).setIgnoreEmptyLines(false).get();

  /**
   * Reads these files, and of folders those of their files that are named after a table.
   *
   * @throws UncheckedIOException where a file is there and cannot be read
   */
  static CsvContents of(List<Path> filesAndFolders) {
    CsvContents contents =
        new CsvContents(
            EnumSet.noneOf(MetadataTable.class),
            EnumSet.noneOf(MetadataTable.class),
            new ArrayList<>(),
            new ArrayList<>());
    for (Path given : filesAndFolders) {
      for (Path file : contents.filesOf(given)) {
        contents.add(file);
      }
    }
    return contents;
  }

  Stream<CsvLine> linesOf(MetadataTable table) {
    return lines.stream().filter(line -> line.table() == table);
  }

  private List<Path> filesOf(Path given) {
    if (!Files.isDirectory(given)) {
      return List.of(given);
    }
    List<Path> files =
        Stream.of(MetadataTable.values())
            .map(table -> given.resolve(table.fileName()))
            .filter(Files::exists)
            .toList();
    if (files.isEmpty()) {
      faults.add(ImportFault.ofFile(given, "holds none of " + fileNames()));
    }
    return files;
  }

  private void add(Path file) {
    Optional<MetadataTable> table = MetadataTable.of(file);
    if (table.isEmpty()) {
      faults.add(ImportFault.ofFile(file, "must be named one of " + fileNames()));
    } else if (!Files.isRegularFile(file)) {
      faults.add(ImportFault.ofFile(file, "is not there"));
    } else {
      tables.add(table.get());
      boolean read = decoded(file).map(text -> addLines(file, table.get(), text)).orElse(false);
      if (!read) {
        unread.add(table.get());
      }
    }
  }

  private Optional<String> decoded(Path file) {
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    CharBuffer text = CharBuffer.allocate(bytes.remaining());
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(bytes, text, true);
    if (result.isError()) {
      long line = text.flip().chars().filter(c -> c == '\n').count() + 1;
      faults.add(ImportFault.ofLine(file, line, "must be UTF-8 text"));
      return Optional.empty();
    }
    String decoded = text.flip().toString();
    // Spreadsheets put a byte order mark first.
    return Optional.of(decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded);
  }

  /** Whether it came to the end. */
  private boolean addLines(Path file, MetadataTable table, String text) {
    long number = 1;
    try (CSVParser parser = CSVParser.parse(text, FORMAT)) {
      Header header = null;
      // A quoted cell may hold line breaks, so the parser's line is that of a record's end.
      for (CSVRecord record : parser) {
        if (!isBlank(record)) {
          if (header == null) {
            header = Header.of(file, number, table, record.toList(), faults);
            if (header == null) {
              return false;
            }
          } else {
            addLine(file, number, header, record.toList());
          }
        }
        number = parser.getCurrentLineNumber() + 1;
      }
      if (header == null) {
        faults.add(ImportFault.ofLine(file, 1, "must hold a header: " + Header.allowed(table)));
      }
      return header != null;
    } catch (UncheckedIOException | IOException e) {
      // commons-csv says so of a quote that does not end or is followed by text.
      faults.add(
          ImportFault.ofLine(
              file, number, "must be CSV: a quoted cell ends before its comma or line end"));
      return false;
    }
  }

  private static boolean isBlank(CSVRecord record) {
    return record.size() == 1 && record.get(0).isEmpty();
  }

  private void addLine(Path file, long number, Header header, List<String> cells) {
    int before = faults.size();
    Map<String, String> values = new HashMap<>();
    if (cells.size() == header.columns().size()) {
      for (int i = 0; i < cells.size(); i++) {
        addCell(file, number, header.columns().get(i), cells.get(i), values);
      }
    } else {
      faults.add(
          ImportFault.ofLine(
              file,
              number,
              "must have %d cells as the header has, was %d"
                  .formatted(header.columns().size(), cells.size())));
      // Its id is most likely in its place; so lines that name the id have no fault for it.
      int id = header.columns().indexOf(header.table().columns().get(0));
      if (id < cells.size()) {
        values.put(header.table().idColumn(), cells.get(id));
      }
    }
    checkDays(file, number, values);
    String validFrom = values.remove(MetadataTable.VALID_FROM.name());
    lines.add(
        new CsvLine(
            header.table(),
            file,
            number,
            values,
            validFrom == null ? null : Instant.parse(validFrom),
            faults.size() - before));
  }

  private void addCell(
      Path file, long number, CsvColumn column, String cell, Map<String, String> values) {
    if (cell.isEmpty() && column.presence() == CsvColumn.Presence.OPTIONAL) {
      values.put(column.name(), null);
      return;
    }
    column
        .rule()
        .canonical()
        .apply(cell)
        .ifPresentOrElse(
            value -> values.put(column.name(), value),
            () ->
                faults.add(
                    ImportFault.ofCell(
                        file, number, column.name(), column.rule().allowed(), cell)));
  }

  private void checkDays(Path file, long number, Map<String, String> values) {
    String startsOn = values.get("starts_on");
    String endsOn = values.get("ends_on");
    if (startsOn != null
        && endsOn != null
        && LocalDate.parse(endsOn).isBefore(LocalDate.parse(startsOn))) {
      faults.add(
          ImportFault.ofCell(
              file, number, "ends_on", "starts_on (" + startsOn + ") or later", endsOn));
    }
  }

  private static String fileNames() {
    return Stream.of(MetadataTable.values())
        .map(MetadataTable::fileName)
        .collect(Collectors.joining(", "));
  }

  /** The columns of a file in its own order. */
  private record Header(MetadataTable table, List<CsvColumn> columns) {

    /** Null where it does not fit the table; every fault is reported. */
    static Header of(
        Path file, long number, MetadataTable table, List<String> cells, List<ImportFault> faults) {
      int before = faults.size();
      List<CsvColumn> columns = new ArrayList<>();
      for (String cell : cells) {
        Optional<CsvColumn> column =
            allowedColumns(table).filter(c -> c.name().equals(cell)).findFirst();
        if (column.isEmpty()) {
          faults.add(
              new ImportFault(
                  file, number, cell, "is no column of this file; allowed: " + allowed(table)));
        } else if (columns.contains(column.get())) {
          faults.add(new ImportFault(file, number, cell, "must stand once, stands again"));
        } else {
          columns.add(column.get());
        }
      }
      table.columns().stream()
          .filter(column -> !columns.contains(column))
          .forEach(
              column ->
                  faults.add(
                      new ImportFault(file, number, column.name(), "is missing from the header")));
      return faults.size() == before ? new Header(table, columns) : null;
    }

    static String allowed(MetadataTable table) {
      return allowedColumns(table).map(CsvColumn::name).collect(Collectors.joining(","));
    }

    private static Stream<CsvColumn> allowedColumns(MetadataTable table) {
      return Stream.concat(table.columns().stream(), Stream.of(MetadataTable.VALID_FROM));
    }
  }
}
