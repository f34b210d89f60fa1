package io.clickledger.sandbox.launcher.commands;

import io.clickledger.programs.RefusedException;
import io.clickledger.sandbox.launcher.platform.Part;
import io.clickledger.sandbox.launcher.platform.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what parts said. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = "Show the last lines of the logs.")
public final class LogsCommand implements Callable<Integer> {

  private static final long FOLLOW_MILLIS = 300;
  private static final long TAIL_BYTES = 256 * 1024;

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Option(names = "-f", description = "Keep showing new lines, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = "-n",
      paramLabel = "LINES",
      defaultValue = "30",
      description = "Lines of each part.")
  private int lines;

  @Parameters(arity = "0..*", paramLabel = "PART", description = "Parts to show (default: all).")
  private List<String> names = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Platform platform = data.platform();
    List<Part> parts =
        names.isEmpty() ? platform.parts() : names.stream().map(platform::part).toList();
    List<Tail> tails = new ArrayList<>();
    for (Part part : parts) {
      if (Files.exists(part.log())) {
        tails.add(new Tail(parts.size() == 1 ? "" : part.name() + " | ", part.log()));
      }
    }
    if (tails.isEmpty()) {
      throw new RefusedException("there are no logs in " + platform.data().path());
    }
    PrintWriter out = spec.commandLine().getOut();
    for (Tail tail : tails) {
      tail.last(lines, out);
    }
    while (follow) {
      Thread.sleep(FOLLOW_MILLIS);
      for (Tail tail : tails) {
        tail.more(out);
      }
    }
    return 0;
  }

  /** One file, read on from where the last look ended. */
  private static final class Tail {

    private final String prefix;
    private final Path file;
    private long position;

    Tail(String prefix, Path file) {
      this.prefix = prefix;
      this.file = file;
    }

    void last(int lines, PrintWriter out) throws IOException {
      position = Math.max(0, Files.size(file) - TAIL_BYTES);
      List<String> all = read();
      print(all.subList(Math.max(0, all.size() - lines), all.size()), out);
    }

    void more(PrintWriter out) throws IOException {
      // A restart may have put a long log aside and begun a new one.
      if (Files.exists(file) && Files.size(file) < position) {
        position = 0;
      }
      print(read(), out);
    }

    private List<String> read() throws IOException {
      try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
        byte[] bytes = new byte[(int) Math.min(1 << 20, log.length() - position)];
        log.seek(position);
        log.readFully(bytes);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
          end--;
        }
        position += end;
        return new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
      }
    }

    private void print(List<String> lines, PrintWriter out) {
      lines.forEach(line -> out.println(prefix + line));
      out.flush();
    }
  }
}
