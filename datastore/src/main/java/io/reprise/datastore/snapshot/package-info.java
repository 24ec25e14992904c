/**
 * What namespaces, groups and snapshots hold (datastore.md §1, §5): listing, owner, notes, protection, removal.
 * Index and chunk contents live in {@code index} and {@code chunk}.
 */
@NullMarked
package io.reprise.datastore.snapshot;

import org.jspecify.annotations.NullMarked;
