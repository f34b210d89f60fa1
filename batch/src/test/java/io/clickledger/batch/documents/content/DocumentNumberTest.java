package io.clickledger.batch.documents.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.programs.WrongUsageException;
import java.time.YearMonth;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentNumberTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "INV-2026-11-adv-001",
        "STM-2026-02-7-3",
        "DRAFT-INV-2026-11-7-adv-001",
        "DRAFT-STM-2026-12-123456789-7-3"
      })
  void isReadAsItIsPrinted(String number) {
    assertThat(DocumentNumber.parse(number)).hasToString(number);
  }

  @Test
  void aProvisionalNumberSaysItsPublication() {
    assertThat(DocumentNumber.parse("DRAFT-INV-2026-11-7-3-x"))
        .isEqualTo(
            new DocumentNumber(
                DocumentKind.INVOICE, YearMonth.of(2026, 11), "3-x", OptionalLong.of(7)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "INV-2026-13-a",
        "INV-2026-11-",
        "INV-2026-11-../a",
        "inv-2026-11-a",
        "DRAFT-INV-2026-11-a-b"
      })
  void isRefusedInAnyOtherForm(String number) {
    assertThatThrownBy(() -> DocumentNumber.parse(number))
        .isInstanceOf(WrongUsageException.class)
        .hasMessageContaining(number);
  }

  @Test
  void namesNoFileElsewhere() {
    assertThatThrownBy(
            () ->
                new DocumentNumber(
                    DocumentKind.INVOICE,
                    YearMonth.of(2026, 11),
                    "../../etc/x",
                    OptionalLong.empty()))
        .isInstanceOf(WrongUsageException.class);
  }
}
