package io.clickledger.batch.documents.format;

import io.clickledger.batch.documents.content.Document;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A document as files: CSV, JSON and a page to print, named by its number. */
public final class DocumentFiles {
  private DocumentFiles() {}

  /**
   * Writes them. A file that is there is replaced, in one step: nobody reads half of it.
   *
   * @return the files
   */
  public static List<Path> write(Document document, Path folder) throws IOException {
    Files.createDirectories(folder);
    Map<Path, String> contents = new TreeMap<>();
    contents.put(file(document, folder, "csv"), DocumentCsv.write(document));
    contents.put(file(document, folder, "json"), DocumentJson.write(document));
    contents.put(file(document, folder, "html"), DocumentPage.write(document));
    for (Map.Entry<Path, String> content : contents.entrySet()) {
      replace(content.getKey(), content.getValue());
    }
    return List.copyOf(contents.keySet());
  }

  private static Path file(Document document, Path folder, String ending) {
    return folder.resolve(document.number() + "." + ending);
  }

  private static void replace(Path file, String content) throws IOException {
    Path written = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      Files.writeString(written, content, StandardCharsets.UTF_8);
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }
}
