package io.clickledger.rules.fraud;

import io.clickledger.rules.web.PageHosts;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the publisher-mismatch rules that a click matches. They depend on metadata, so they are
 * applied whenever a click is judged and are never stored with the click.
 */
final class PublisherMatcher {

  private final List<PageRule> rules;
  private final List<String> all;

  private record PageRule(String id, List<String> caches) {}

  private PublisherMatcher(List<PageRule> rules) {
    this.rules = List.copyOf(rules);
    this.all = rules.stream().map(PageRule::id).toList();
  }

  /** Of all rules of a document, in the order of the ids; retired ones have no part in it. */
  static PublisherMatcher of(List<FraudRule> rules) {
    List<PageRule> pages = new ArrayList<>();
    for (FraudRule rule : rules) {
      if (!rule.retired() && rule.criterion() instanceof FraudRule.PublisherMismatch mismatch) {
        pages.add(new PageRule(rule.id(), mismatch.pageCaches()));
      }
    }
    return new PublisherMatcher(pages);
  }

  /** Ids of the rules that match. */
  List<String> of(String publisherDomain, String pageHost) {
    if (publisherDomain == null) {
      return all;
    }
    if (pageHost == null || rules.isEmpty() || PageHosts.isBelow(pageHost, publisherDomain)) {
      return List.of();
    }
    List<String> matched = new ArrayList<>(rules.size());
    for (PageRule rule : rules) {
      if (rule.caches().stream().noneMatch(cache -> PageHosts.isBelow(pageHost, cache))) {
        matched.add(rule.id());
      }
    }
    return matched;
  }
}
