package io.clickledger.sandbox.launcher.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.sandbox.launcher.folder.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoInvoiceTest {
  private static final String NUMBER = "DRAFT-INV-2026-11-1-adv-001";

  @TempDir Path folder;

  @Test
  void namesItsPageAndTheCommandThatShowsTheClicksOfItsFirstCharge() throws IOException {
    Path json =
        written(
            """
            {"line": 1, "entry": "OVER_DELIVERY", "campaign_id": "cmp-002"},
            {"line": 2, "entry": "CHARGE", "campaign_id": "cmp-001", "campaign_name": "Winter",
             "clicks": 3, "amount": "10.38"}""");

    String text =
        DemoInvoice.written(NUMBER + ": 10.38 NOK on 2 lines, provisional\n  " + json + "\n")
            .text(new DataFolder(folder));

    assertThat(text)
        .isEqualTo(
            """
            An invoice, from its total down to single clicks (docs/invoices.md):
              total        10.38 NOK, provisional
              page         %1$s/%2$s.html
              line 2       Winter, 3 clicks, 10.38
              its clicks   ./clickledger explain --invoice %2$s --campaign cmp-001 --data-dir %1$s"""
                .formatted(folder, NUMBER));
  }

  @Test
  void namesNoLineWhereNothingIsCharged() throws IOException {
    Path json = written("");

    assertThat(DemoInvoice.written("  " + json).text(new DataFolder(folder)))
        .endsWith(NUMBER + ".html");
  }

  @Test
  void failsWhereTheJobNamesNoFile() {
    assertThatThrownBy(() -> DemoInvoice.written("documents written: 0"))
        .hasMessageContaining("documents written: 0");
  }

  @Test
  void theReconciliationIsWhatABillingRunSaysBeforeItsSummary() {
    String printed =
        """
        comparing live with final
        published as publication 1: final through 2026-11-30T00:00:00Z
        2026-11-29  +10
        live against final, [2026-11-29]:\s
          RESCORED                  valid_clicks -2
        roll-up-clicks: published as publication 1 (9.5 s)
        """;

    assertThat(Demo.reconciliation(printed))
        .isEqualTo(
            "live against final, [2026-11-29]: \n  RESCORED                  valid_clicks -2");
  }

  private Path written(String lines) throws IOException {
    return Files.writeString(
        folder.resolve(NUMBER + ".json"),
        """
        {"number": "%s", "state": "provisional",
         "sections": [{"currency": "NOK", "total": "10.38", "lines": [%s]}]}
        """
            .formatted(NUMBER, lines));
  }
}
