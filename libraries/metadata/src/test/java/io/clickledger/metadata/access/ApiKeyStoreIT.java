package io.clickledger.metadata.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.metadata.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ApiKeyStoreIT {

  private final TestDatabase database = TestDatabase.migrated();
  private final ApiKeyStore store = new ApiKeyStore(database.source());

  private static KeyRequest request(Role role, String... ids) {
    return new KeyRequest("test", role, new TreeSet<>(List.of(ids)), Optional.empty());
  }

  @Test
  void keepsNoSecret() {
    KeySecret secret = store.create(request(Role.ADMIN), "operator:me");

    String rows =
        database.text(
            "SELECT string_agg(row_to_json(k)::text, '') || (SELECT string_agg(row_to_json(l)::text, '')"
                + " FROM access.log l) FROM access.api_keys k");
    assertThat(secret.reveal()).startsWith("clk_" + secret.id() + "_").hasSize(60);
    assertThat(rows).contains(secret.id()).doesNotContain(secret.reveal().substring(17));
    assertThat(secret.toString()).doesNotContain(secret.reveal().substring(17));
  }

  @Test
  void findsAKeyByItsSecretOnly() {
    KeySecret secret = store.create(request(Role.ADVERTISER, "adv-1", "adv-2"), "operator:me");
    KeySecret forged =
        KeySecret.parse(
                secret.reveal().substring(0, 59) + (secret.reveal().endsWith("A") ? "B" : "A"))
            .orElseThrow();

    ApiKey key = store.valid().get(0);

    assertThat(key.isOf(secret)).isTrue();
    assertThat(key.isOf(forged)).isFalse();
    assertThat(key.scopeIds()).containsExactly("adv-1", "adv-2");
    assertThat(key.toString())
        .doesNotContain(database.text("SELECT encode(secret_hash, 'hex') FROM access.api_keys"));
  }

  @Test
  void readsOnlyTextsOfTheFormOfAKey() {
    for (String text :
        List.of(
            "",
            "clk_",
            "clk_aaaaaaaaaaaa_",
            "clk_aaaaaaaaaaaa_" + "a".repeat(42),
            "clk_aaaaaaaaaaaa_" + "a".repeat(44),
            "clk_AAAAAAAAAAAA_" + "a".repeat(43),
            "clk_aaaaaaaaaaaa_" + "a".repeat(43) + "\n")) {
      assertThat(KeySecret.parse(text)).as(text).isEmpty();
    }
    assertThat(KeySecret.parse("clk_aaaaaaaaaaaa_" + "a".repeat(43))).isPresent();
  }

  @Test
  void endsTheOldKeyOfARotationAfterTheOverlap() {
    KeySecret old = store.create(request(Role.PUBLISHER, "pub-1"), "operator:me");

    KeySecret next = store.rotate(old.id(), Duration.ofHours(1), "operator:me");

    ApiKey kept = key(old.id());
    assertThat(kept.isValidAt(Instant.now())).isTrue();
    assertThat(kept.isValidAt(Instant.now().plus(Duration.ofHours(2)))).isFalse();
    assertThat(key(next.id()).role()).isEqualTo(Role.PUBLISHER);
    assertThat(key(next.id()).scopeIds()).containsExactly("pub-1");
    assertThat(next.reveal()).isNotEqualTo(old.reveal());

    store.rotate(next.id(), Duration.ZERO, "operator:me");
    assertThatThrownBy(() -> store.rotate(next.id(), Duration.ZERO, "operator:me"))
        .isInstanceOf(UnknownKeyException.class)
        .hasMessageContaining("is not valid any more");
  }

  @Test
  void failsWhereTheServerIsSilentWhileKeysAreRead() {
    database
        .jdbi()
        .useTransaction(
            handle -> {
              handle.execute("LOCK TABLE access.api_keys IN ACCESS EXCLUSIVE MODE");

              CompletableFuture<List<ApiKey>> keys = CompletableFuture.supplyAsync(store::valid);

              assertThat(keys).failsWithin(Duration.ofSeconds(20));
            });
  }

  @Test
  void recognizesAKeyAsRequested() {
    KeySecret secret = store.create(request(Role.ADVERTISER, "adv-1"), "operator:me");

    assertThat(key(secret.id()).isAsRequested(request(Role.ADVERTISER, "adv-1"))).isTrue();
    assertThat(key(secret.id()).isAsRequested(request(Role.ADVERTISER, "adv-2"))).isFalse();
    assertThat(key(secret.id()).isAsRequested(request(Role.PUBLISHER, "adv-1"))).isFalse();

    store.rotate(secret.id(), Duration.ofDays(7), "operator:me");
    assertThat(key(secret.id()).isAsRequested(request(Role.ADVERTISER, "adv-1"))).isFalse();
  }

  @Test
  void letsARotatedKeyLiveNoLongerThanItsPredecessor() {
    Instant end = Instant.parse("2090-01-01T00:00:00Z");
    KeySecret old =
        store.create(
            new KeyRequest("test", Role.ANALYST, new TreeSet<>(), Optional.of(end)), "operator:me");

    KeySecret next = store.rotate(old.id(), Duration.ofHours(1), "operator:me");

    assertThat(key(next.id()).expiresAt()).contains(end);
    assertThat(key(old.id()).expiresAt().orElseThrow()).isBefore(end);
  }

  @Test
  void revokesAtOnceAndForEver() {
    KeySecret secret = store.create(request(Role.FINANCE), "operator:me");

    ApiKey revoked = store.revoke(secret.id(), "operator:me");
    ApiKey again = store.revoke(secret.id(), "operator:me");

    assertThat(store.valid()).isEmpty();
    assertThat(again.revokedAt()).isEqualTo(revoked.revokedAt());
    assertThatThrownBy(() -> database.execute("UPDATE access.api_keys SET revoked_at = NULL"))
        .hasMessageContaining("only brought forward");
    assertThatThrownBy(() -> store.revoke("aaaaaaaaaaaa", "operator:me"))
        .isInstanceOf(UnknownKeyException.class);
  }

  @Test
  void neverChangesAKeyOrLetsItLiveLonger() {
    store.create(
        new KeyRequest(
            "test",
            Role.ADVERTISER,
            new TreeSet<>(List.of("adv-1")),
            Optional.of(Instant.parse("2090-01-01T00:00:00Z"))),
        "operator:me");

    for (String change :
        List.of(
            "role = 'admin', scope_ids = '{}'",
            "scope_ids = '{adv-2}'",
            "secret_hash = sha256('x')",
            "expires_at = NULL",
            "expires_at = '2091-01-01'")) {
      assertThatThrownBy(() -> database.execute("UPDATE access.api_keys SET " + change))
          .as(change)
          .hasMessageContaining("only the end is written");
    }
    assertThatThrownBy(() -> database.execute("DELETE FROM access.api_keys"))
        .hasMessageContaining("for ever");
  }

  @Test
  void refusesAScopeThatDoesNotFitTheRole() {
    assertThatIllegalArgumentException().isThrownBy(() -> request(Role.ADVERTISER));
    assertThatIllegalArgumentException().isThrownBy(() -> request(Role.ADMIN, "adv-1"));
    assertThatIllegalArgumentException().isThrownBy(() -> request(Role.PUBLISHER, "a b"));
    assertThatThrownBy(
            () ->
                database.execute(
                    "INSERT INTO access.api_keys (key_id, secret_hash, name, role, scope_ids)"
                        + " VALUES ('aaaaaaaaaaaa', sha256('x'), 'x', 'advertiser', '{}')"))
        .hasMessageContaining("scope_of_role");
  }

  @Test
  void logsEveryChangeWithTheChangeItself() {
    KeySecret one = store.create(request(Role.ADVERTISER, "adv-1"), "operator:me");
    KeySecret two = store.rotate(one.id(), Duration.ofDays(1), "operator:you");
    store.revoke(two.id(), "operator:me");
    assertThatThrownBy(() -> store.revoke("aaaaaaaaaaaa", "operator:me"));

    assertThat(
            database.texts(
                "SELECT concat_ws(' ', actor, action, object, outcome) FROM access.log"
                    + " ORDER BY entry_number"))
        .containsExactly(
            "operator:me create-key " + one.id() + " advertiser [adv-1] done",
            "operator:you rotate-key " + one.id() + " " + two.id() + " advertiser [adv-1] done",
            "operator:me revoke-key " + two.id() + " advertiser [adv-1] done");
  }

  private ApiKey key(String id) {
    return store.all().stream().filter(key -> key.keyId().equals(id)).findFirst().orElseThrow();
  }
}
