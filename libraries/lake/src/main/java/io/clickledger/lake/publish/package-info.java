/**
 * Branches, tags and publications of the final tables. In: snapshots of a billing run's branch.
 * Out: one row of billing.publications, the pointer that readers follow. Built on the packages
 * commit and migrate.
 */
package io.clickledger.lake.publish;
