/**
 * Clicks as JSON: which records are clicks, and why others are rejected. In: the bytes of a record,
 * of a request, or the parameters of a query, and their timestamps. Out: a {@link
 * io.clickledger.rules.json.ReadResult}, and clicks written back as JSON. Knows the packages
 * contract, web, money, privacy and text only.
 */
package io.clickledger.rules.json;
