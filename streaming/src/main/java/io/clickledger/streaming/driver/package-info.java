/**
 * The streaming driver's main program. In: settings and the names of the queries. Out: an exit
 * status, after running the queries under their locks with a metrics endpoint and periodic expiry.
 * Nothing depends on it.
 */
package io.clickledger.streaming.driver;
