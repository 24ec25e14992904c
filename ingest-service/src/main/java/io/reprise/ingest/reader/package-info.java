/**
 * Sessions that read a snapshot (protocol.md §4): which chunks a client may have, reading ahead of it, sending. No HTTP/2
 * lives here ({@code upgrade}), and chunks are never decoded.
 */
@NullMarked
package io.reprise.ingest.reader;

import org.jspecify.annotations.NullMarked;
