package io.clickledger.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import nl.basjes.parse.useragent.UserAgentAnalyzer;

/**
 * The user agents of yauaa's test cases, which lie in its jar: some thousands, of people and
 * robots.
 */
final class KnownUserAgents {
  private static final Pattern TEXT =
      Pattern.compile("\\s*(?:- )?user_agent_string\\s*: *'(.*)'\\s*");

  private KnownUserAgents() {}

  /** All that a click may have, without attacks and without those that were damaged for a test. */
  static List<String> ofPeopleAndRobots() throws Exception {
    List<String> found = new ArrayList<>();
    Path jar =
        Path.of(
            UserAgentAnalyzer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : Collections.list(file.entries())) {
        if (entry.getName().matches("UserAgents/(?!Hackers|Broken|Anonymized).*\\.yaml")) {
          read(file, entry, found);
        }
      }
    }
    return found.stream().distinct().toList();
  }

  private static void read(JarFile file, JarEntry entry, List<String> found) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(file.getInputStream(entry), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher text = TEXT.matcher(line);
        if (text.matches() && text.group(1).length() <= 1024 && !text.group(1).isBlank()) {
          found.add(text.group(1).replace("''", "'"));
        }
      }
    }
  }
}
