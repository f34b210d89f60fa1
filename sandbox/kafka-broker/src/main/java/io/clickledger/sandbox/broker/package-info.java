/**
 * A Kafka broker for one machine: broker and controller in one JVM, on loopback. It is a program of
 * its own because the broker's libraries (Scala 2.13, a newer Jackson) must not meet Spark's.
 */
package io.clickledger.sandbox.broker;
