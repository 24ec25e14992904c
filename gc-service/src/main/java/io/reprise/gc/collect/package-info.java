/**
 * Garbage collection as it runs: one replica owns a datastore's reference index, goes over what changed now and then,
 * collects in full when asked, purges what was removed, offers orphans to all replicas. How references are counted lives in
 * {@code references}, what may be deleted in {@code sweep}.
 */
@NullMarked
package io.reprise.gc.collect;

import org.jspecify.annotations.NullMarked;
