/**
 * Deleting chunks that nobody refers to: the cutoff, the second look, the pass over what changed, and the full collection
 * that trusts nothing it counted. All deletion of chunks happens here.
 */
@NullMarked
package io.reprise.gc.sweep;

import org.jspecify.annotations.NullMarked;
