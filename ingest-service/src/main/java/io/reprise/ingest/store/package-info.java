/**
 * The endpoints of datastores (protocol.md §5.2): what they list and change, and who may (§2.8). How a datastore lies on
 * disk is the business of {@code io.reprise.datastore}, how a call travels that of {@code rest}.
 */
@NullMarked
package io.reprise.ingest.store;

import org.jspecify.annotations.NullMarked;
