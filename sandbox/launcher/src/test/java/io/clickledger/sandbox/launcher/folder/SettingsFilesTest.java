package io.clickledger.sandbox.launcher.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFilesTest {

  @TempDir Path parent;
  private DataFolder data;

  @BeforeEach
  void makeFolder() {
    data = new DataFolder(parent.resolve("data"));
    data.make();
  }

  private void write(Warehouse warehouse) {
    new SettingsFiles(
            data,
            new PlatformConfig(Ports.from(20_000), warehouse, Optional.empty()),
            new Secrets(data))
        .write();
  }

  @Test
  void holdReferencesToSecretsAndNoSecret() throws IOException {
    write(Warehouse.LOCAL);

    String streaming = Files.readString(data.settings("streaming"));
    String password = Files.readString(data.secret("catalog-password")).strip();
    assertThat(streaming)
        .contains("lake.catalog-password = file:" + data.secret("catalog-password"))
        .contains("privacy.hash-key = file:" + data.secret("hash-key"))
        .doesNotContain(password);
    assertThat(Files.readString(data.secret("hash-key")).strip()).matches("[0-9a-f]{64}");
  }

  @Test
  void tellWhoReadsMetadataWhereItIs() throws IOException {
    write(Warehouse.LOCAL);

    for (String program : List.of("streaming", "batch", "serving-api")) {
      assertThat(Files.readString(data.settings(program)))
          .contains("metadata.uri = jdbc:postgresql://127.0.0.1:20004/clickledger\n")
          .contains("metadata.password = file:" + data.secret("catalog-password"));
    }
  }

  @Test
  void keepSecretsFromOthersAndFromTheNextStart() throws IOException {
    write(Warehouse.LOCAL);
    String first = Files.readString(data.secret("payload-key"));
    write(Warehouse.LOCAL);

    assertThat(Files.readString(data.secret("payload-key"))).isEqualTo(first);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.path())))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.secret("payload-key"))))
        .isEqualTo("rw-------");
  }

  @Test
  void putTablesAndCheckpointsOfS3IntoTheBucket() throws IOException {
    write(Warehouse.S3);

    assertThat(Files.readString(data.settings("streaming")))
        .contains("lake.warehouse = s3://clickledger/warehouse")
        .contains("streaming.checkpoints = s3a://clickledger/checkpoints")
        .contains("lake.s3-endpoint = http://127.0.0.1:20006");
  }
}
