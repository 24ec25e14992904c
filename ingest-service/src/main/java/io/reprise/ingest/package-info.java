/**
 * The ingest service: its configuration, start and stop, and what all its parts share. Sessions live in {@code upgrade},
 * {@code backup} and {@code reader}, the REST API in {@code rest}; no wire format here.
 */
@NullMarked
package io.reprise.ingest;

import org.jspecify.annotations.NullMarked;
