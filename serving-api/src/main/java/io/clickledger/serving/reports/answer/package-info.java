/**
 * The HTTP handlers of reports and of freshness. In: a request. Out: JSON or CSV. Built on the
 * packages query and plan.
 */
package io.clickledger.serving.reports.answer;
