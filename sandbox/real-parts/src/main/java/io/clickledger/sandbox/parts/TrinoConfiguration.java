package io.clickledger.sandbox.parts;

import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folder {@code etc} of a Trino server. Who may do what is not written here: it stands in
 * sandbox/trino-server/etc, for a server of one's own as well.
 *
 * @param writers users of whom each has a further catalog, of his own name, to write to; for tests
 */
record TrinoConfiguration(Path etc, List<String> writers) {
  private static final String RULES = "rules.json";

  /** A read-only server. */
  static TrinoConfiguration forReaders(Path etc) {
    return new TrinoConfiguration(etc, List.of());
  }

  /** Writes every file. */
  void write(int port, LakeCatalog lake) {
    Path rules = RepositoryRoot.find().resolve("sandbox/trino-server/etc");
    Path accessControl = etc.resolve("access-control.properties");
    Folders.write(etc.resolve("config.properties"), configuration(port, accessControl));
    Folders.write(etc.resolve("log.properties"), List.of("io.trino=WARN", "io.airlift=WARN"));
    Folders.write(accessControl, lines(rules.resolve("access-control.properties")));
    Folders.write(etc.resolve(RULES), withWriter(lines(rules.resolve(RULES))));
    Folders.writeSecret(catalogFile(TrinoServer.CATALOG), lake.trinoProperties("read_only"));
    writers.forEach(user -> Folders.writeSecret(catalogFile(user), lake.trinoProperties("system")));
  }

  private Path catalogFile(String catalog) {
    return etc.resolve("catalog").resolve(catalog + ".properties");
  }

  /** The rules of readers, after those that give the writer's catalog to its user alone. */
  private List<String> withWriter(List<String> rules) {
    List<String> lines = new ArrayList<>();
    for (String line : rules) {
      lines.add(line);
      for (String user : writers) {
        String who = "\"user\": \"%s\", \"catalog\": \"%s\"".formatted(user, user);
        switch (line.strip()) {
          case "\"catalogs\": [" -> lines.add("{%s, \"allow\": \"all\"},".formatted(who));
          case "\"schemas\": [" -> lines.add("{%s, \"owner\": true},".formatted(who));
          case "\"tables\": [" ->
              lines.add(
                  "{%s, \"privileges\": [\"SELECT\", \"INSERT\", \"DELETE\", \"UPDATE\", \"OWNERSHIP\"]},"
                      .formatted(who));
          default -> {}
        }
      }
    }
    return lines;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + file, e);
    }
  }

  private static List<String> configuration(int port, Path accessControl) {
    return List.of(
        "coordinator=true",
        "node-scheduler.include-coordinator=true",
        "node.bind-ip=127.0.0.1",
        "node.internal-address=127.0.0.1",
        "http-server.http.port=" + port,
        "discovery.uri=http://127.0.0.1:" + port,
        "access-control.config-files=" + accessControl,
        // SELECT * gives the columns that its user may see.
        "hide-inaccessible-columns=true",
        // Answers over small tables: a few threads, and a bound that a bad query meets early.
        "query.max-memory=512MB",
        "query.max-memory-per-node=512MB",
        "memory.heap-headroom-per-node=256MB",
        "task.concurrency=2",
        "task.max-worker-threads=4",
        "task.http-response-threads=8",
        "task.info-update-interval=1s",
        "query.max-history=50",
        "query.min-expire-age=1m",
        "http-server.log.enabled=false");
  }
}
