/** Chunks and the chunk store (datastore.md §2.4, §2.6, §7.3). What a chunk's bytes mean lives in {@code blob}. */
@NullMarked
package io.reprise.datastore.chunk;

import org.jspecify.annotations.NullMarked;
