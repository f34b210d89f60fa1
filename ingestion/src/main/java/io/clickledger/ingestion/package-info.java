/**
 * HTTP to Kafka: the way in for clicks whose senders do not speak Kafka.
 *
 * <p>Inputs: {@code POST /v1/clicks} (one click, an array, or one a line) and {@code GET
 * /v1/pixel.gif}. Output: topic {@code clicks}, key = click_id, with received_at and source set.
 * Answers 2xx only after every in-sync replica has every click of the request, 400 with each field
 * at fault, and 503 where the broker does not acknowledge in time. With a spool, clicks wait on
 * this machine's disk instead, and are answered once they are there. A click that got no 2xx is the
 * sender's to send again, under the same click_id.
 */
package io.clickledger.ingestion;
