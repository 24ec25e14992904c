/**
 * The catalog of a snapshot's file archives (datastore.md §4.2): names, sizes and times, to list without reading archives.
 */
@NullMarked
package io.reprise.datastore.catalog;

import org.jspecify.annotations.NullMarked;
