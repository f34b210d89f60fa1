/**
 * IP addresses, networks, page hosts and URLs as text, without any name server. In: texts that
 * senders chose. Out: canonical forms, or the answer that a text is none. Depends on no other
 * package.
 */
package io.clickledger.rules.web;
