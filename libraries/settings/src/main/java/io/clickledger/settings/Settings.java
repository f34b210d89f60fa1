package io.clickledger.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Reads a program's settings into its record. Later sources win: defaults, then files in their
 * order, then overrides. A key without a value anywhere is missing, unless its component is an
 * Optional or a List; an empty value takes a default back.
 */
public final class Settings {

  private final Map<String, GivenValue> given = new LinkedHashMap<>();
  private final List<SettingsFault> faults = new ArrayList<>();

  private Settings() {}

  /**
   * @param defaultsResource absolute name of the commented defaults on the record's class path
   * @param overrides {@code key=value}, as after {@code --set}
   * @param env where {@code env:NAME} secrets are looked up; nothing else is
   * @throws SettingsException naming every fault of every source
   */
  public static <R extends Record> R read(
      Class<R> recordType,
      String defaultsResource,
      List<Path> files,
      List<String> overrides,
      Map<String, String> env) {
    Settings settings = new Settings();
    settings.addDefaults(recordType, defaultsResource);
    files.forEach(settings::addFile);
    overrides.forEach(settings::addOverride);
    return settings.bind(recordType, env);
  }

  private <R extends Record> R bind(Class<R> recordType, Map<String, String> env) {
    R record = new RecordBinding(given, env, faults).bind(recordType);
    if (!faults.isEmpty()) {
      throw new SettingsException(faults);
    }
    return record;
  }

  private void addDefaults(Class<?> recordType, String resource) {
    try (InputStream stream = recordType.getResourceAsStream(resource)) {
      if (stream == null) {
        faults.add(new SettingsFault(resource, "is not on the class path"));
        return;
      }
      addProperties(new InputStreamReader(stream, StandardCharsets.UTF_8), "defaults");
    } catch (IOException | IllegalArgumentException e) {
      faults.add(new SettingsFault(resource, "cannot be read: " + e.getMessage()));
    }
  }

  private void addFile(Path file) {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      addProperties(reader, file.toString());
    } catch (NoSuchFileException e) {
      faults.add(new SettingsFault(file.toString(), "no such settings file"));
    } catch (IOException | IllegalArgumentException e) {
      faults.add(new SettingsFault(file.toString(), "cannot be read: " + e.getMessage()));
    }
  }

  private void addProperties(Reader reader, String origin) throws IOException {
    Map<String, GivenValue> read = new LinkedHashMap<>();
    // Properties keeps the last of two equal keys and says nothing; its put is where it can be
    // seen.
    new Properties() {
      private static final long serialVersionUID = 1L;

      @Override
      public synchronized Object put(Object key, Object value) {
        if (read.put((String) key, new GivenValue((String) value, origin)) != null) {
          faults.add(new SettingsFault((String) key, "is given twice in " + origin));
        }
        return null;
      }
    }.load(reader);
    given.putAll(read);
  }

  private void addOverride(String override) {
    int equals = override.indexOf('=');
    if (equals < 1) {
      faults.add(new SettingsFault("--set " + override, "must be key=value"));
      return;
    }
    given.put(
        override.substring(0, equals).strip(),
        new GivenValue(override.substring(equals + 1), "--set"));
  }
}
