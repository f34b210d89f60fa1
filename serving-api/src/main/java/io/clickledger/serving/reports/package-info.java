/**
 * The clicks report, from a request's parameters (query) over tables and SQL (plan) to JSON and CSV
 * (answer).
 */
package io.clickledger.serving.reports;
