package io.clickledger.streaming.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.programs.WrongUsageException;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.streaming.replay.decision.FieldRepairs;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReplayArgumentsTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  @Test
  void readsEveryOption() {
    ReplayOptions options =
        parse(
            "--reason MISSING --reason MALFORMED --from 2026-11-19 --to 2026-11-20T10:00:00Z"
                + " --field ad_id --detail-contains absent --limit 10 --drop x --rename adId=ad_id"
                + " --set-field n=1 --default source=\"kafka\" --derive-click-id --payload-key p0=env:OLD");

    ReplayFilter filter = options.filter();
    assertThat(filter.reasons())
        .containsExactly(RejectionReason.MISSING, RejectionReason.MALFORMED);
    assertThat(filter.from()).isEqualTo("2026-11-19T00:00:00Z");
    assertThat(filter.to()).isEqualTo("2026-11-20T10:00:00Z");
    assertThat(filter.field()).isEqualTo(Optional.of("ad_id"));
    assertThat(filter.detailContains()).isEqualTo(Optional.of("absent"));
    assertThat(filter.limit()).isEqualTo(OptionalInt.of(10));
    assertThat(options.repairs())
        .isEqualTo(
            new FieldRepairs(
                Set.of("x"),
                Map.of("adId", "ad_id"),
                Map.of("n", "1"),
                Map.of("source", "\"kafka\""),
                FieldRepairs.ClickIds.DERIVED));
    assertThat(options.formerKeys().get("p0").reveal()).isEqualTo("00ff");
    assertThat(options.delivery()).isEqualTo(Delivery.WHAT_LANDS);
  }

  @Test
  void endsNowWhereNoEndIsGiven() {
    assertThat(parse("--reason EMPTY --from 2026-11-19").filter().to()).isEqualTo(NOW);
  }

  @Test
  void producesNothingInADryRunAndAllIfAsked() {
    String all = "--reason EMPTY --from 2026-11-19 --all";

    assertThat(parse(all).delivery()).isEqualTo(Delivery.WHAT_HAS_A_CLICK_ID);
    assertThat(parse(all + " --dry-run").delivery()).isEqualTo(Delivery.NOTHING);
  }

  @Test
  void asksForAReasonAndABeginning() {
    assertFaults("--from 2026-11-19", "--reason must be given, one or more of [EMPTY, TOO_LARGE,");
    assertFaults("--reason EMPTY", "--from must be given, a time such as 2026-11-20");
  }

  @Test
  void saysWhatIsWrongAndWhatIsAllowed() {
    String good = "--reason EMPTY --from 2026-11-19 ";

    assertFaults("--reason MISING --from 2026-11-19", "--reason must be of [EMPTY,", "was MISING");
    assertFaults(
        "--reason EMPTY --from yesterday", "--from must be a UTC date or time", "yesterday");
    assertFaults(good + "--to 2026-11-18", "--from must be before --to", "2026-11-18T00:00:00Z");
    assertFaults(good + "--limit 0", "--limit must be 1..2147483647, was 0");
    assertFaults(good + "--limit many", "--limit must be 1..2147483647, was many");
    assertFaults(good + "--rename adId", "--rename must be OLD=NEW, was adId");
    assertFaults(good + "--rename a=b --rename a=c", "--rename must be given once for a");
    assertFaults(
        good + "--set-field ad_id=x",
        "the value of --set-field ad_id must be JSON (a string in double quotes), was x");
    assertFaults(good + "--drop a --rename a=b", "a must not be both dropped and renamed");
    assertFaults(
        good + "--set-field a=1 --default a=2", "a must not have both --set-field and --default");
  }

  @Test
  void givesNoTwoClicksOneIdOrAnInventedTime() {
    String good = "--reason EMPTY --from 2026-11-19 ";

    assertFaults(
        good + "--set-field click_id=\"x\"",
        "--set-field must not be given for click_id, which each click has of its own",
        "--derive-click-id makes one");
    assertFaults(good + "--default clicked_at=1", "--default must not be given for clicked_at");
    assertFaults(
        good + "--set-field received_at=1", "--set-field must not be given for received_at");
  }

  @Test
  void namesAllFaultsTogetherAndShowsNoKey() {
    assertThatThrownBy(
            () ->
                parse("--reason X --from y --limit z --payload-key 00112233 --payload-key p=0011"))
        .hasMessageContainingAll("was X", "was y", "was z", "ID=env:NAME", "--payload-key p: ")
        .hasMessageNotContaining("0011");
  }

  private static void assertFaults(String arguments, String... says) {
    assertThatThrownBy(() -> parse(arguments))
        .isInstanceOf(WrongUsageException.class)
        .hasMessageContainingAll(says);
  }

  private static ReplayOptions parse(String arguments) {
    return CommandLine.populateCommand(new ReplayArguments(), arguments.split(" "))
        .read(NOW, Map.of("OLD", "00ff"));
  }
}
