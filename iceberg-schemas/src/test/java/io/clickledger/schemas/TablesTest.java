package io.clickledger.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.schemas.TableDefinition.Column;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TablesTest {
  static final List<TableName> ALL = Tables.ALL;

  private static final Path DDL = Path.of("src/main/resources/io/clickledger/schemas");

  private static final List<String> CHANGES =
      Stream.of(ClickDimensions.ALL, ClickMeasures.SUMS).flatMap(List::stream).toList();

  private static final List<String> ALL_COUNTS =
      Stream.of(CHANGES, List.of(ClickMeasures.UNIQUE_USERS_HLL)).flatMap(List::stream).toList();

  /** Columns that are named by ClickDimensions and ClickMeasures, by table of counts. */
  private static final Map<TableName, List<String>> COUNTS =
      Map.of(
          LiveClicksByMinute.TABLE,
          ALL_COUNTS,
          BillingClicksByQuarterHour.TABLE,
          ALL_COUNTS,
          BillingClicksByDay.TABLE,
          ALL_COUNTS,
          BillingRestatements.TABLE,
          CHANGES);

  static final List<TableName> COUNT_TABLES = List.copyOf(COUNTS.keySet());

  @Test
  void listsEveryTableThatHasAFileAndNoOther() throws IOException {
    try (Stream<Path> files = Files.walk(DDL)) {
      List<String> named =
          files
              .filter(file -> file.toString().endsWith(".sql"))
              .map(file -> DDL.relativize(file).toString().replace('/', '.'))
              .map(name -> name.replaceFirst("\\.sql$", ""))
              .toList();

      assertThat(Tables.ALL)
          .extracting(TableName::toString)
          .doesNotHaveDuplicates()
          .containsExactlyInAnyOrderElementsOf(named);
    }
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void definesTheTableThatTheFileIsNamedAfter(TableName table) {
    assertThat(TableDefinition.of(table).table()).isEqualTo(table);
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void namesColumnsOfTheDdlInItsOrder(TableName table) throws Exception {
    Class<?> constants = constantsOf(table);

    assertThat(constants.getField("TABLE").get(null)).isEqualTo(table);
    assertThat(columnConstants(constants))
        .extracting(TablesTest::valueOf)
        .isSubsetOf(names(table))
        .isSortedAccordingTo(Comparator.comparing(names(table)::indexOf))
        .noneMatch(COUNTS.getOrDefault(table, List.of())::contains);
    assertThat(columnConstants(constants))
        .allSatisfy(
            field ->
                assertThat(field.getName()).isEqualTo(valueOf(field).toUpperCase(Locale.ROOT)));
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void commentsEveryColumnAndSaysWhatOneRowIs(TableName table) {
    TableDefinition definition = TableDefinition.of(table);

    assertThat(definition.comment()).startsWith("One row is ").contains("Written by ");
    assertThat(definition.columns())
        .allSatisfy(column -> assertThat(column.comment()).as(column.name()).isNotBlank());
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void ordersByColumnsOfTheTable(TableName table) {
    TableDefinition definition = TableDefinition.of(table);

    assertThat(definition.columns())
        .extracting(Column::name)
        .doesNotHaveDuplicates()
        .containsAll(definition.ordering());
  }

  /**
   * Readers add live partials to final rows and days to quarter hours: only time and provenance may
   * differ, by name, type, nullability and meaning.
   */
  @Test
  void hasOneGrainAndTheSameMeasuresInAllRollups() {
    List<Column> live = counts(LiveClicksByMinute.TABLE);

    assertThat(counts(BillingClicksByQuarterHour.TABLE)).isEqualTo(live);
    assertThat(counts(BillingClicksByDay.TABLE)).isEqualTo(live);
  }

  @ParameterizedTest
  @FieldSource("COUNT_TABLES")
  void hasDimensionsAndMeasuresTogetherAndInTheirOrder(TableName table) {
    assertThat(names(table)).containsSequence(COUNTS.get(table));
  }

  @Test
  void saysHowLargeTheSketchesAre() {
    assertThat(counts(LiveClicksByMinute.TABLE))
        .filteredOn(column -> column.name().equals(ClickMeasures.UNIQUE_USERS_HLL))
        .singleElement()
        .satisfies(
            users -> assertThat(users.comment()).contains("lgK " + ClickMeasures.HLL_LG_K + ","));
  }

  private static List<Column> counts(TableName table) {
    return TableDefinition.of(table).columns().stream()
        .filter(column -> COUNTS.get(table).contains(column.name()))
        .toList();
  }

  private static List<String> names(TableName table) {
    return TableDefinition.of(table).columns().stream().map(Column::name).toList();
  }

  /** RawClicks for raw.clicks, and so on. */
  private static Class<?> constantsOf(TableName table) throws ClassNotFoundException {
    String name =
        Arrays.stream((table.namespace() + "_" + table.name()).split("_"))
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining());
    return Class.forName(Tables.class.getPackageName() + "." + name);
  }

  private static List<Field> columnConstants(Class<?> constants) {
    return Arrays.stream(constants.getDeclaredFields())
        .filter(field -> Modifier.isPublic(field.getModifiers()))
        .filter(field -> field.getType() == String.class)
        .toList();
  }

  private static String valueOf(Field field) {
    try {
      return (String) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(field + " must be readable", e);
    }
  }
}
