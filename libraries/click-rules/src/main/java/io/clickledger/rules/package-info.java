/**
 * The rules of a click, in plain Java: what a click is and what it is not, what a verdict is, what
 * an ad costs when. Between the topic and the lake, and between HTTP and the topic: ingestion and
 * both Spark layers call the same functions. In: bytes, times and metadata handed over by the
 * caller. Out: values. No clock, no file, no network, no default zone or locale.
 */
package io.clickledger.rules;
