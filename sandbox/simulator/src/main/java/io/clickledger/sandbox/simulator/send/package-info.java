/**
 * The ways into the platform. In: records. Out: requests to ingestion and messages of the topic,
 * and an entry of the oracle for each answer. Built on the packages oracle and traffic.
 */
package io.clickledger.sandbox.simulator.send;
