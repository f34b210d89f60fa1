/**
 * Failures and health of an HTTP program: every failure is answered as application/problem+json
 * (RFC 9457) by one mapper, every answer has the id of its request, scripts of the origins
 * configured may ask (CORS), and {@code /health} and {@code /ready} say how the program is.
 *
 * <p>Inputs: exceptions that handlers throw, and what Jetty refuses before a handler sees it.
 * Output: the one shape of failure that clients of every program meet.
 */
package io.clickledger.http;
