/**
 * What a row is: the DDL of every table of the lake and a class of column constants for each, in
 * one package, because it is one list. In: nothing. Out: names that every other module uses, and
 * the text of the data dictionary.
 */
package io.clickledger.schemas;
