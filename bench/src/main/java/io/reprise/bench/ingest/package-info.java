/** Backups and restores over the network, and what they cost the server: {@code ./reprise bench ingest}. */
@NullMarked
package io.reprise.bench.ingest;

import org.jspecify.annotations.NullMarked;
