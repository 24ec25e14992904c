/**
 * Which chunks are referenced, kept up to date by what changed (docs/adr/0007): counting of index files,
 * the walk that guarantees it, and the barrier behind which a chunk without references may go. Plain Java over two seams,
 * {@link io.reprise.gc.references.IndexFiles} and {@link io.reprise.gc.references.ChunkFiles}, behind which lies a
 * datastore, or the simulator of the tests. Nothing here deletes a chunk; see {@code sweep}.
 */
@NullMarked
package io.reprise.gc.references;

import org.jspecify.annotations.NullMarked;
