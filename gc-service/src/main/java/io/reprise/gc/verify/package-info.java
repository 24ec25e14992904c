/**
 * Verification: whether what is stored is still what was stored (datastore.md §9). Tasks that somebody asked for or a schedule
 * starts, new snapshots, and the scrub that goes round by itself. What is wrong is set aside and told, never mended or
 * deleted here.
 */
@NullMarked
package io.reprise.gc.verify;

import org.jspecify.annotations.NullMarked;
