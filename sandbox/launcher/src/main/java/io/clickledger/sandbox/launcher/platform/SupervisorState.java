package io.clickledger.sandbox.launcher.platform;

import io.clickledger.sandbox.launcher.folder.DataFolder;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What the supervisor did about ended parts, stored for {@code status}.
 *
 * @param notes by name of the part, as a person reads them
 * @param givenUp by name of the part, why it is not started again
 */
public record SupervisorState(Map<String, String> notes, Map<String, String> givenUp) {

  private static final String NOTE = "note.";
  private static final String GIVEN_UP = "given-up.";

  public SupervisorState {
    notes = Map.copyOf(notes);
    givenUp = Map.copyOf(givenUp);
  }

  public static SupervisorState none() {
    return new SupervisorState(Map.of(), Map.of());
  }

  static Path file(DataFolder data) {
    return data.state("supervision.properties");
  }

  /** What the supervisor wrote last; nothing where there was none. */
  public static SupervisorState read(DataFolder data) {
    Path file = file(data);
    Properties written = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        written.load(reader);
      } catch (IOException e) {
        throw new UncheckedIOException("could not read " + file, e);
      }
    }
    return new SupervisorState(startingWith(NOTE, written), startingWith(GIVEN_UP, written));
  }

  private static Map<String, String> startingWith(String prefix, Properties properties) {
    Map<String, String> found = new TreeMap<>();
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(prefix)) {
        found.put(name.substring(prefix.length()), properties.getProperty(name));
      }
    }
    return found;
  }

  /** Writes all of it at once: others read it at any time. */
  public void write(DataFolder data) {
    Properties properties = new Properties();
    notes.forEach((part, note) -> properties.setProperty(NOTE + part, note));
    givenUp.forEach((part, reason) -> properties.setProperty(GIVEN_UP + part, reason));
    Path unfinished = data.state("supervision.properties.new");
    try {
      try (Writer writer = Files.newBufferedWriter(unfinished)) {
        properties.store(writer, null);
      }
      Files.move(unfinished, file(data), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("could not write " + file(data), e);
    }
  }

  public boolean isGivenUp(Part part) {
    return givenUp.containsKey(part.name());
  }

  /** What a person reads of the part; nothing where there is nothing to say. */
  public String of(Part part) {
    return givenUp.getOrDefault(part.name(), notes.getOrDefault(part.name(), ""));
  }
}
