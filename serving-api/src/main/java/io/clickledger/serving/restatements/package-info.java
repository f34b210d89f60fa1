/**
 * What later billing runs changed of days that were final: every revision, for who has to explain
 * it.
 */
package io.clickledger.serving.restatements;
