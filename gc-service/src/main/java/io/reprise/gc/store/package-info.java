/** The seams of {@code references} and {@code sweep} over a datastore on disk. */
@NullMarked
package io.reprise.gc.store;

import org.jspecify.annotations.NullMarked;
