/**
 * Pruning as every service does it: what becomes of the snapshots of a group or a datastore, the log lines of it, and which
 * rule holds for which guest. The rule itself lives in {@code datastore.prune}; who may prune is the caller's to say.
 */
@NullMarked
package io.reprise.platform.prune;

import org.jspecify.annotations.NullMarked;
