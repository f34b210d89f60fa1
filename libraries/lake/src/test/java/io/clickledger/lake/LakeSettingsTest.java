package io.clickledger.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.settings.Secret;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LakeSettingsTest {

  @Test
  void recordsLocalFilesWithASchemeForTrino() {
    assertThat(settings("/data/warehouse").location()).isEqualTo("file:///data/warehouse");
    assertThat(settings("s3://bucket/warehouse").location()).isEqualTo("s3://bucket/warehouse");
  }

  private static LakeSettings settings(String warehouse) {
    return new LakeSettings(
        "jdbc:postgresql://127.0.0.1/clickledger",
        "clickledger",
        Secret.of("secret"),
        warehouse,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
