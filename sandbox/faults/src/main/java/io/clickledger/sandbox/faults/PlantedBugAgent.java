package io.clickledger.sandbox.faults;

import static net.bytebuddy.matcher.ElementMatchers.nameEndsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;

import io.clickledger.lake.commit.KafkaPosition;
import java.lang.instrument.Instrumentation;
import java.util.List;
import java.util.Map;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;

/**
 * Java agent that puts a {@link PlantedBug} into the classes of a driver as they are loaded, so
 * that production code knows nothing of bugs on purpose.
 */
public final class PlantedBugAgent {
  private PlantedBugAgent() {}

  /** Called by Java before the driver's own main method. */
  public static void premain(String bug, Instrumentation instrumentation) {
    switch (PlantedBug.of(bug)) {
      case SKIP_OFFSET -> plant(".LandClicks", "startPosition", SkipOffset.class, instrumentation);
      case NO_VALIDATION ->
          plant(".PositionedAppend$EndsAtFrom", "validate", NoValidation.class, instrumentation);
      case NO_LOCKS -> plant(".QueryLocks", "take", NoLocks.class, instrumentation);
    }
  }

  private static void plant(
      String classNameEnd, String method, Class<?> advice, Instrumentation instrumentation) {
    new AgentBuilder.Default()
        .type(nameEndsWith(classNameEnd))
        .transform(
            (builder, type, loader, module, domain) ->
                builder.visit(Advice.to(advice).on(named(method))))
        .installOn(instrumentation);
  }

  /** Copied into the method behind its own code; so are the others. */
  static final class SkipOffset {
    private SkipOffset() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) KafkaPosition beginning) {
      if (beginning.of(0) > 0) {
        beginning = beginning.plus(KafkaPosition.of(Map.of(0, 1L)));
        System.err.println(PlantedBug.EFFECT + "skip-offset");
      }
    }
  }

  /** Every commit is taken for one that follows the table's newest. */
  static final class NoValidation {
    private NoValidation() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) boolean valid) {
      if (!valid) {
        valid = true;
        System.err.println(PlantedBug.EFFECT + "no-validation");
      }
    }
  }

  /** No query has a lock. */
  static final class NoLocks {
    private NoLocks() {}

    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(value = 1, readOnly = false) List<String> queries) {
      queries = List.of();
    }
  }
}
