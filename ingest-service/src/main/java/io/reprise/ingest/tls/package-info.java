/** Certificate and key of port 8007 (protocol.md §1.1, config.md §2). */
@NullMarked
package io.reprise.ingest.tls;

import org.jspecify.annotations.NullMarked;
