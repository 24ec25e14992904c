/**
 * The PBS REST API: one table of endpoints, the router over it, parameters, permission rules and answers (protocol.md
 * §1, §2, §5, §6). What an endpoint does to a datastore lives in {@code datastore}; sessions live in {@code upgrade}.
 */
@NullMarked
package io.reprise.ingest.rest;

import org.jspecify.annotations.NullMarked;
