package io.clickledger.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.schemas.TableDefinition.Column;
import io.clickledger.schemas.TableDefinition.Nullability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataDictionaryTest {
  private static final Path FILE = Path.of("../docs/data-dictionary.md");

  @Test
  void isInTheRepositoryAsTheDdlDefinesIt() throws IOException {
    String generated = DataDictionary.of(Tables.ALL.stream().map(TableDefinition::of).toList());

    assertThat(Files.exists(FILE) ? Files.readString(FILE) : "")
        .as("docs/data-dictionary.md; to write it anew, run: %s", DataDictionary.COMMAND)
        .isEqualTo(generated);
  }

  @Test
  void saysWhatEveryColumnIs() {
    TableDefinition ads =
        new TableDefinition(
            new TableName("ref", "ads_shown"),
            "One row is one ad. Kept for ever.",
            List.of(
                new Column("ad_id", "STRING", Nullability.REQUIRED, "Identity"),
                new Column("kind", "STRING", Nullability.NULLABLE, "text|video")),
            List.of("bucket(4, ad_id)"),
            List.of("ad_id", "kind"));

    String dictionary = DataDictionary.of(List.of(ads));

    assertThat(dictionary)
        .contains("| [ref.ads_shown](#refads_shown) | is one ad |\n")
        .endsWith(
            """

            ## ref.ads_shown

            One row is one ad. Kept for ever.

            Partitioned by `bucket(4, ad_id)`. Rows are written in the order of `ad_id`, `kind`.

            | column | type | null | meaning |
            |---|---|---|---|
            | ad_id | STRING | no | Identity |
            | kind | STRING | yes | text\\|video |
            """);
  }
}
