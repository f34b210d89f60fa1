/**
 * Who owns an ad, what a click on it costs and what a click is judged to be. In: versions of ads
 * and publishers, and the flags of a click. Out: a {@link io.clickledger.rules.pricing.Judgement}.
 * Built on the package fraud.
 */
package io.clickledger.rules.pricing;
