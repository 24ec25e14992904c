/**
 * Looking into a snapshot's file archives without restoring them (cli.md §2.2, §2.6): listing and searching the catalog, and
 * a shell that walks it, selects, and restores. Making files is the matter of {@code restore}.
 */
@NullMarked
package io.reprise.cli.catalog;

import org.jspecify.annotations.NullMarked;
