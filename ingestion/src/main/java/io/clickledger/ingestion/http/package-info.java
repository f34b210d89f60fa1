/**
 * The ways in for clicks over HTTP. In: requests of senders and browsers. Out: clicks for the
 * package delivery, and answers once it is done: an acknowledgement, or a problem that names each
 * fault. Other packages need {@link io.clickledger.ingestion.http.ClickRoutes} and the settings
 * only.
 */
package io.clickledger.ingestion.http;
