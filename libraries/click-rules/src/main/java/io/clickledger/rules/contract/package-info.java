/**
 * The click contract: which records are clicks, and why others are rejected. In: the bytes of a
 * record or of a request, and its timestamps. Out: a {@link
 * io.clickledger.rules.contract.ReadResult}, and clicks written back as JSON. Knows the packages
 * web and money only.
 */
package io.clickledger.rules.contract;
