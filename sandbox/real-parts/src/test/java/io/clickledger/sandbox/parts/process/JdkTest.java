package io.clickledger.sandbox.parts.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkTest {

  @TempDir Path folder;

  @Test
  void takesTheOneThatAVariableNamesBeforeNewerOnes() throws IOException {
    install("jdk-26", "26");
    Path named = install("elsewhere/jdk-24", "24.0.2");

    assertThat(
            Jdk.atLeast(
                24,
                Map.of(
                    "CLICKLEDGER_JDK_FOLDERS", folder.toString(),
                    "JAVA_HOME_24", named.toString())))
        .contains(new Jdk(named, 24));
  }

  @Test
  void takesTheNewestInstalledWhereVariablesNameAnOldOne() throws IOException {
    Path old = install("jdk-17", "17.0.15");
    install("jdk-24", "24.0.2");
    Path newest = install("jdk-25", "25.0.3");

    assertThat(
            Jdk.atLeast(
                24,
                Map.of("CLICKLEDGER_JDK_FOLDERS", folder.toString(), "JAVA_HOME", old.toString())))
        .contains(new Jdk(newest, 25));
  }

  @Test
  void findsNoneWhereAllAreTooOld() throws IOException {
    install("jdk-17", "17.0.15");
    Files.createDirectories(folder.resolve("not-a-jdk"));

    assertThat(Jdk.atLeast(24, Map.of("CLICKLEDGER_JDK_FOLDERS", folder.toString()))).isEmpty();
  }

  private Path install(String name, String version) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return home;
  }
}
