/**
 * Names of things in a datastore (datastore.md §1.2), chunks' digests among them, each checked once when it is made. No
 * file access lives here: see {@code chunk}, {@code snapshot} and {@code lock}.
 */
@NullMarked
package io.reprise.datastore;

import org.jspecify.annotations.NullMarked;
