package io.clickledger.rules.fraud;

import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The fraud rules of one document, under one version, and the verdict that follows from what they
 * matched. Both layers label clicks by these and by nothing else. Safe for use by many threads.
 */
public final class FraudRules implements Serializable {

  private static final long serialVersionUID = 2;

  private static final String SHIPPED = "fraud-rules.json";

  private static final RecentlyRead RECENTLY_READ = new RecentlyRead();

  private final transient String document;
  private final transient UUID documentId;
  private final transient String version;
  private final transient String[] ids;
  private final transient Map<String, Verdict> verdicts;
  private final transient Set<String> inShadow;
  private final transient Set<FraudRule> judgedLater;
  private final transient StatelessMatcher marks;
  private final transient PublisherMatcher publisherMarks;
  private final transient List<VelocityRule> velocityRules;
  private final transient List<RepeatClickRule> repeatClickRules;
  private final transient StatefulRules stateful;

  private FraudRules(String document) {
    FraudRulesDocument read = FraudRulesDocument.read(document);
    List<FraudRule> rules = read.rules();
    this.document = document;
    this.documentId = UUID.nameUUIDFromBytes(document.getBytes(StandardCharsets.UTF_8));
    this.version = read.version();
    this.ids = rules.stream().map(FraudRule::id).toArray(String[]::new);
    this.verdicts = new LinkedHashMap<>();
    rules.forEach(rule -> verdicts.put(rule.id(), rule.verdict()));
    this.inShadow =
        rules.stream()
            .filter(rule -> rule.state() == FraudRule.State.SHADOW)
            .map(FraudRule::id)
            .collect(Collectors.toUnmodifiableSet());
    this.judgedLater =
        rules.stream()
            .filter(rule -> !rule.retired() && !rule.criterion().isStateless())
            .collect(Collectors.toUnmodifiableSet());
    this.marks = StatelessMatcher.of(rules);
    this.publisherMarks = PublisherMatcher.of(rules);
    List<VelocityRule> velocity = new ArrayList<>();
    List<RepeatClickRule> repeats = new ArrayList<>();
    for (FraudRule rule : rules) {
      if (rule.retired()) {
        continue;
      }
      if (rule.criterion() instanceof FraudRule.Velocity v) {
        velocity.add(new VelocityRule(rule.id(), rule.verdict(), v.key(), v.window(), v.limit()));
      } else if (rule.criterion() instanceof FraudRule.RepeatClick r) {
        repeats.add(new RepeatClickRule(rule.id(), rule.verdict(), r.window()));
      }
    }
    this.velocityRules = List.copyOf(velocity);
    this.repeatClickRules = List.copyOf(repeats);
    this.stateful = new StatefulRules(velocityRules, repeatClickRules);
  }

  /** The rules that this code ships: in force until others are published. */
  public static FraudRules shipped() {
    try (InputStream in = FraudRules.class.getResourceAsStream(SHIPPED)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + SHIPPED, e);
    }
  }

  /**
   * Reads a document.
   *
   * @throws IllegalArgumentException naming every fault, one a line: path, what must be, what was
   */
  public static FraudRules parse(String json) {
    return RECENTLY_READ.of(json.strip());
  }

  /**
   * The class of every rule of a document that was published before, by the rule's id. Clicks carry
   * these ids for ever. Today's limits are not applied; a rule without an id or a class is left
   * out.
   */
  public static Map<String, Verdict> formerVerdicts(String json) {
    return FraudRulesDocument.verdicts(json);
  }

  /** Stands beside the flags in every row. */
  public String version() {
    return version;
  }

  /** The JSON text, without blanks around. */
  public String document() {
    return document;
  }

  /** The class of every rule, retired ones too, in the order of the ids. */
  public Map<String, Verdict> verdicts() {
    return java.util.Collections.unmodifiableMap(verdicts);
  }

  /** Ids of the rules that are matched as all others and change no verdict. */
  public Set<String> inShadow() {
    return inShadow;
  }

  /** The same for the same document, and for no other. */
  public UUID documentId() {
    return documentId;
  }

  /**
   * The stateless rules that a user agent matches by itself, as a set of bits for {@link
   * ClickTraits}. The search takes some tenths of a millisecond, so callers cache the result, by
   * {@link #documentId}.
   *
   * @param userAgent null and blank ones are missing ones
   */
  public long ofUserAgent(String userAgent) {
    return marks.ofUserAgent(userAgent);
  }

  /** Ids of the stateless rules that match, in the order of the ids. */
  public List<String> flags(ClickTraits click) {
    return idsOf(marks.of(click));
  }

  /**
   * Ids of the stateless rules that a click matches which landed under other rules, by what is kept
   * of it: of its address the truncated network. An address rule with a narrower network says what
   * it said as the click landed.
   *
   * @param click with any address of the truncated network
   * @param landed ids of the rules that it matched as it landed
   */
  public List<String> flagsOfLanded(ClickTraits click, Collection<String> landed) {
    long matched = 0;
    for (String id : landed) {
      int rule = Arrays.binarySearch(ids, id);
      matched |= rule < 0 ? 0 : 1L << rule;
    }
    return idsOf(marks.ofLanded(click, matched));
  }

  /** Whether both judge a click alike by the stateless rules that it matched as it landed. */
  public boolean judgesLandedFlagsAs(FraudRules other) {
    return inShadow.equals(other.inShadow) && judgedLater.equals(other.judgedLater);
  }

  private List<String> idsOf(long matched) {
    if (matched == 0) {
      return List.of();
    }
    String[] flags = new String[Long.bitCount(matched)];
    int count = 0;
    for (long left = matched; left != 0; left &= left - 1) {
      flags[count++] = ids[Long.numberOfTrailingZeros(left)];
    }
    return List.of(flags);
  }

  /**
   * Ids of the rules that a click matches by its publisher, in the order of the ids.
   *
   * @param publisherDomain domain of the click's publisher at clicked_at; null while the publisher
   *     is unknown
   * @param pageHost host of the page on which the ad was clicked, as {@code PageHosts.of} gives it;
   *     null for none
   */
  public List<String> publisherFlags(String publisherDomain, String pageHost) {
    return publisherMarks.of(publisherDomain, pageHost);
  }

  /** In the order of the ids, without retired ones. */
  public List<VelocityRule> velocityRules() {
    return velocityRules;
  }

  /** In the order of the ids, without retired ones. */
  public List<RepeatClickRule> repeatClickRules() {
    return repeatClickRules;
  }

  /** Those two together, as clicks are held against them. */
  public StatefulRules stateful() {
    return stateful;
  }

  /**
   * The verdict on a click with these flags; those of rules in shadow do not count. A repeat is a
   * repeat whatever else it is, so that gross minus duplicates is the number of clicks made; then
   * the general reasons, which need no argument, before the sophisticated ones.
   *
   * @throws IllegalArgumentException for a flag that is no rule's id: what an unknown rule means
   *     for money cannot be guessed
   */
  public Verdict verdict(boolean duplicate, Collection<String> flags) {
    Verdict verdict = Verdict.VALID;
    for (String flag : flags) {
      Verdict ofFlag = verdicts.get(flag);
      if (ofFlag == null) {
        throw new IllegalArgumentException(
            "flag must be one of %s (rules %s), was %s"
                .formatted(verdicts.keySet(), version, flag));
      }
      if (verdict != Verdict.GENERAL_INVALID && !inShadow.contains(flag)) {
        verdict = ofFlag;
      }
    }
    return duplicate ? Verdict.DUPLICATE : verdict;
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("fraud rules travel as their document");
  }

  private Object writeReplace() {
    return new Document(document);
  }

  /** The serialized form: the document, which is parsed once in each JVM. */
  private record Document(String json) implements Serializable {

    private Object readResolve() {
      return parse(json);
    }
  }

  /**
   * A cache of the documents that were read last. Each Spark task deserializes its own copy of the
   * rules, which is replaced by the cached instance.
   */
  private static final class RecentlyRead {

    private static final int MAX_DOCUMENTS = 4;

    private final Map<String, FraudRules> rules =
        new LinkedHashMap<>(MAX_DOCUMENTS * 2, 0.75f, true);

    public synchronized FraudRules of(String document) {
      FraudRules read = rules.get(document);
      if (read == null) {
        read = new FraudRules(document);
        rules.put(document, read);
        if (rules.size() > MAX_DOCUMENTS) {
          rules.remove(rules.keySet().iterator().next());
        }
      }
      return read;
    }
  }
}
