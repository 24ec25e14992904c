/**
 * Fixed and dynamic index files (datastore.md §3), and an archive read through one. Which index belongs to which snapshot
 * lives in {@code snapshot} and {@code manifest}.
 */
@NullMarked
package io.reprise.datastore.index;

import org.jspecify.annotations.NullMarked;
