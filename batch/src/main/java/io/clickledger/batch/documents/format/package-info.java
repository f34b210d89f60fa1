/**
 * A document as people and programs read it. In: a document as values. Out: CSV, JSON and HTML.
 * Names in them are foreign: no name becomes a formula of a spreadsheet or a part of a page.
 */
package io.clickledger.batch.documents.format;
