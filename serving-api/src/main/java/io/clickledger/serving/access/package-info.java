/**
 * Who asks. In: the Authorization header, keys in PostgreSQL, and the key set of whoever issues
 * tokens. Out: a {@link io.clickledger.serving.access.Principal} whose scope is part of every
 * query, or a refusal; limits per principal; entries of the log of accesses. Knows nothing of what
 * is asked but {@link io.clickledger.serving.reports.query.Scope}.
 */
package io.clickledger.serving.access;
