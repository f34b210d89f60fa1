package io.clickledger.sandbox.launcher.jobs;

import java.util.Set;
import picocli.CommandLine.Command;

/** Erases users from raw.clicks. */
@Command(
    name = "erase-user",
    description =
        "Erase what raw.clicks has of users, and prove that totals and bills did not move; exit"
            + " status 3 while clicks of open days stay.")
public final class EraseUserCommand extends JobCommand {
  EraseUserCommand() {
    super("erase-user", "batch", "postgres");
  }

  @Override
  Set<String> pathOptions() {
    return Set.of("--user-ids");
  }
}
