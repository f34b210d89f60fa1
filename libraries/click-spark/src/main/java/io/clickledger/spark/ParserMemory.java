package io.clickledger.spark;

import java.lang.reflect.Field;
import java.util.Map;
import nl.basjes.parse.useragent.parser.UserAgentLexer;
import nl.basjes.parse.useragent.parser.UserAgentParser;
import nl.basjes.parse.useragent.yauaa.shaded.org.antlr.v4.runtime.CharStreams;
import nl.basjes.parse.useragent.yauaa.shaded.org.antlr.v4.runtime.CommonTokenStream;
import nl.basjes.parse.useragent.yauaa.shaded.org.antlr.v4.runtime.atn.PredictionContextCache;
import nl.basjes.parse.useragent.yauaa.shaded.org.antlr.v4.runtime.dfa.DFA;

/**
 * The DFA cache of yauaa's ANTLR parser. It is static, does not change results, and grows without
 * bound with each new form of user agent, so it is cleared when it is too large. For one thread at
 * a time, while no thread parses.
 */
final class ParserMemory {
  /** About 100 MB; the user agents of yauaa's own test cases make some 6,000. */
  static final int MAX_STATES = 30_000;

  private final UserAgentLexer lexer = new UserAgentLexer(CharStreams.fromString(""));
  private final UserAgentParser parser = new UserAgentParser(new CommonTokenStream(lexer));
  private final Map<?, ?> contexts = contexts(parser.getInterpreter().getSharedContextCache());

  /** Forgets everything where there is more than the greatest number of states. */
  void bound() {
    if (states() > MAX_STATES) {
      forget();
    }
  }

  void forget() {
    lexer.getInterpreter().clearDFA();
    parser.getInterpreter().clearDFA();
    contexts.clear();
  }

  /** How many states there are. */
  int states() {
    int states = contexts.size();
    for (DFA decision : parser.getInterpreter().decisionToDFA) {
      states += decision.states.size();
    }
    for (DFA decision : lexer.getInterpreter().decisionToDFA) {
      states += decision.states.size();
    }
    return states;
  }

  /** ANTLR can forget the states of decisions, but not the contexts that they share. */
  private static Map<?, ?> contexts(PredictionContextCache cache) {
    try {
      Field field = PredictionContextCache.class.getDeclaredField("cache");
      field.setAccessible(true);
      return (Map<?, ?>) field.get(cache);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("yauaa's parser keeps its contexts in another place", e);
    }
  }
}
