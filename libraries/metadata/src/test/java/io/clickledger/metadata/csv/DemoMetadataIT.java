package io.clickledger.metadata.csv;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.metadata.TestDatabase;
import io.clickledger.metadata.csv.ImportReport.TableReport;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoMetadataIT {

  private static final Path FOLDER = Path.of("..", "..", "sandbox", "demo-metadata");

  @Test
  void isImportedAndPricesEveryAdAtAllTimes() {
    TestDatabase database = TestDatabase.migrated();

    ImportReport report = MetadataImport.run(database.source(), List.of(FOLDER));

    assertThat(report.tables())
        .containsExactly(
            new TableReport("advertisers", 12, 0, 0),
            new TableReport("campaigns", 40, 0, 0),
            new TableReport("ads", 160, 0, 0),
            new TableReport("publishers", 60, 0, 0));
    assertThat(database.store().adVersions())
        .hasSize(160)
        .allSatisfy(version -> assertThat(version.cpcMicros()).isPositive())
        .allSatisfy(version -> assertThat(version.validTo()).isNull());
  }
}
