package io.clickledger.streaming.replay.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FieldRepairsTest {
  private static final Coordinates AT = new Coordinates(1, 17);
  private static final Instant SENT = Instant.parse("2026-11-20T12:00:00Z");

  @Test
  void renamesAFieldAndLeavesItsValueAsSent() {
    assertThat(repaired(renaming(Map.of("adId", "ad_id")), "{\"adId\" : \"ad-1\", \"n\": 1.0}"))
        .isEqualTo("{\"ad_id\":\"ad-1\",\"n\":1.0}");
  }

  @Test
  void swapsTwoNames() {
    assertThat(repaired(renaming(Map.of("a", "b", "b", "a")), "{\"a\":1,\"b\":2}"))
        .isEqualTo("{\"b\":1,\"a\":2}");
  }

  @Test
  void leavesBothWhereTheNewNameIsTaken() {
    assertThat(repaired(renaming(Map.of("a", "b")), "{\"a\":1,\"b\":2}"))
        .isEqualTo("{\"b\":1,\"b\":2}");
  }

  @Test
  void dropsByTheNameThatWasSentBeforeItRenames() {
    FieldRepairs repairs =
        new FieldRepairs(
            Set.of("ad_id"),
            Map.of("adId", "ad_id"),
            Map.of(),
            Map.of(),
            FieldRepairs.ClickIds.AS_SENT);

    assertThat(repaired(repairs, "{\"ad_id\":\"wrong\",\"adId\":\"right\"}"))
        .isEqualTo("{\"ad_id\":\"right\"}");
  }

  @Test
  void setsFieldsAlwaysAndDefaultsOnlyWhereNothingWas() {
    FieldRepairs repairs =
        new FieldRepairs(
            Set.of(), Map.of(), Map.of("a", "9"), Map.of("b", "9"), FieldRepairs.ClickIds.AS_SENT);

    assertThat(repaired(repairs, "{\"a\":1,\"b\":1}")).isEqualTo("{\"b\":1,\"a\":9}");
    assertThat(repaired(repairs, "{\"a\":null,\"b\":null}")).isEqualTo("{\"a\":9,\"b\":9}");
    assertThat(repaired(repairs, "{}")).isEqualTo("{\"a\":9,\"b\":9}");
  }

  @Test
  void changesNoByteOfARecordThatNeedsNoRepair() {
    String sent = " {\"ad_id\" : \"ad-1\"}\n";

    assertThat(repaired(renaming(Map.of("adId", "ad_id")), sent)).isEqualTo(sent);
  }

  @Test
  void leavesAloneWhatIsNoObject() {
    assertThat(repaired(renaming(Map.of("a", "b")), "{\"a\":1")).isEqualTo("{\"a\":1");
    assertThat(renaming(Map.of("a", "b")).repair(null, AT, SENT)).isNull();
  }

  @Test
  void givesRecordsWithoutAClickIdAlwaysTheSameOne() {
    FieldRepairs deriving =
        new FieldRepairs(Set.of(), Map.of(), Map.of(), Map.of(), FieldRepairs.ClickIds.DERIVED);

    String derived = DerivedClickId.of(AT, SENT).toString();
    assertThat(repaired(deriving, "{\"n\":1}"))
        .isEqualTo("{\"n\":1,\"click_id\":\"" + derived + "\"}");
    assertThat(repaired(deriving, "{\"click_id\":null}"))
        .isEqualTo("{\"click_id\":\"" + derived + "\"}");
    assertThat(repaired(deriving, "{\"click_id\":\"own\"}")).isEqualTo("{\"click_id\":\"own\"}");
  }

  @Test
  void derivesAnIdOfVersionFiveForEachRecord() {
    assertThat(DerivedClickId.of(AT, SENT).version()).isEqualTo(5);
    assertThat(DerivedClickId.of(AT, SENT).variant()).isEqualTo(2);
    assertThat(DerivedClickId.of(AT, SENT))
        // Written down: another id for the same record would count a replayed click twice.
        .hasToString("544eb062-92b5-551e-bdc0-78d2b85d9b74")
        .isNotEqualTo(DerivedClickId.of(new Coordinates(11, 7), SENT))
        .isNotEqualTo(DerivedClickId.of(new Coordinates(1, 18), SENT))
        .isNotEqualTo(DerivedClickId.of(AT, SENT.plusMillis(1)));
  }

  private static FieldRepairs renaming(Map<String, String> names) {
    return new FieldRepairs(Set.of(), names, Map.of(), Map.of(), FieldRepairs.ClickIds.AS_SENT);
  }

  private static String repaired(FieldRepairs repairs, String sent) {
    return new String(
        repairs.repair(sent.getBytes(StandardCharsets.UTF_8), AT, SENT), StandardCharsets.UTF_8);
  }
}
