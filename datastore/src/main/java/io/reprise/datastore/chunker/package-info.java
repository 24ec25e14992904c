/**
 * Cutting a stream into chunks where its content says, so that shifted data gives the same chunks (datastore.md §4.1). Images
 * are cut at fixed places and need nothing of this.
 */
@NullMarked
package io.reprise.datastore.chunker;

import org.jspecify.annotations.NullMarked;
