/**
 * The import of CSV files into the metadata database. In: files of advertisers, campaigns, ads and
 * publishers. Out: rows and their versions, all or none, or a list of all faults. Depends on no
 * other package of the module.
 */
package io.clickledger.metadata.csv;
