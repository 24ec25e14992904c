/**
 * Backup sessions (protocol.md §3): their calls, the chunks that come in, the indexes that grow, how they end. HTTP/2 is
 * {@code upgrade}'s, files are the datastore's.
 */
@NullMarked
package io.reprise.ingest.backup;

import org.jspecify.annotations.NullMarked;
