/**
 * From an HTTP/1.1 request to an HTTP/2 session (protocol.md §3.1, §3.2, §4.1): the seam between the REST front, which
 * authenticates, and the session engine. No endpoint of a session lives here.
 */
@NullMarked
package io.reprise.ingest.upgrade;

import org.jspecify.annotations.NullMarked;
