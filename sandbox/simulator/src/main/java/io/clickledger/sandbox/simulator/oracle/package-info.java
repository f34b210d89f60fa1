/**
 * What must come of the records that were sent. In: records and how they were answered, or the
 * files of them. Out: the numbers that the platform must show. Built on the package traffic.
 */
package io.clickledger.sandbox.simulator.oracle;
