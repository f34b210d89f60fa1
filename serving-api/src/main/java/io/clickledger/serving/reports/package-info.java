/** The clicks report: from a request's parameters to JSON and CSV. */
package io.clickledger.serving.reports;
