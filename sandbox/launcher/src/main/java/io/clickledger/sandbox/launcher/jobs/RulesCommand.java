package io.clickledger.sandbox.launcher.jobs;

import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.metadata.FraudRulesRefusedException;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.metadata.programs.PublishFraudRules;
import io.clickledger.programs.RefusedException;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.sandbox.launcher.commands.DataOption;
import io.clickledger.sandbox.launcher.platform.Platform;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Everything about the fraud rules. */
@Command(
    name = "rules",
    mixinStandardHelpOptions = true,
    description = "Show, check, publish and dry-run fraud rules.",
    subcommands = {
      RulesCommand.Show.class,
      RulesCommand.Check.class,
      RulesCommand.Publish.class,
      RulesCommand.DryRun.class
    })
public final class RulesCommand {

  private static final String POSTGRES = "postgres";

  /** A command on a document. */
  abstract static class OnDocument implements Callable<Integer> {

    @Mixin DataOption data;
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A document of fraud rules.")
    private Path file;

    /** Does it, and completes the sentence "Fraud rules VERSION ...". */
    abstract String outcome(FraudRules rules);

    @Override
    public final Integer call() {
      FraudRules rules = read(file);
      try {
        String outcome = outcome(rules);
        spec.commandLine().getOut().printf("Fraud rules %s %s.%n", rules.version(), outcome);
        return 0;
      } catch (FraudRulesRefusedException e) {
        throw new RefusedException(e.getMessage());
      }
    }

    /** Reads a document, or refuses it with all its faults. */
    private static FraudRules read(Path file) {
      try {
        return PublishFraudRules.read(file);
      } catch (IllegalArgumentException e) {
        throw new RefusedException(e.getMessage());
      }
    }
  }

  /** Prints the document in force, to be changed and published. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Print the document in force.")
  static final class Show implements Callable<Integer> {

    @Mixin private DataOption data;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      Platform platform = data.runningPlatform(POSTGRES);
      MetadataStore store = new MetadataStore(platform.postgres.dataSource());
      spec.commandLine().getOut().println(store.fraudRules().document());
      return 0;
    }
  }

  /** Says what publishing would. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Say what is wrong with a document, and what publishing it would do.")
  static final class Check extends OnDocument {

    @Override
    String outcome(FraudRules rules) {
      Platform platform = data.platform();
      if (!platform.part(POSTGRES).isRunning()) {
        return "are sound; what was published before is unknown while the platform is down";
      }
      return switch (FraudRulesPublication.dryRun(platform.postgres.dataSource(), rules)) {
        case PUBLISHED -> "can be published";
        case IN_FORCE_ALREADY -> "are in force already";
      };
    }
  }

  /** Puts a document in force. */
  @Command(
      name = "publish",
      mixinStandardHelpOptions = true,
      description = "Put a document in force; nothing has to be restarted.")
  static final class Publish extends OnDocument {

    @Override
    String outcome(FraudRules rules) {
      Platform platform = data.runningPlatform(POSTGRES);
      return switch (FraudRulesPublication.publish(platform.postgres.dataSource(), rules)) {
        case PUBLISHED -> "are in force";
        case IN_FORCE_ALREADY -> "were in force already";
      };
    }
  }

  /** Says what rules and a model in shadow would have changed. */
  @Command(
      name = "dry-run",
      description = "Print what rules and a model in shadow would have changed on final days.")
  static final class DryRun extends JobCommand {
    DryRun() {
      super("dry-run-rules", "batch", POSTGRES);
    }
  }
}
