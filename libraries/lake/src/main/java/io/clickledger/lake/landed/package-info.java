/**
 * What LandClicks has landed, by ranges of Kafka offsets. In: landing commits of the raw tables.
 * Out: rows of audit.landings. Built on the package commit.
 */
package io.clickledger.lake.landed;
