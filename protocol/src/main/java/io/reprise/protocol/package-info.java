/**
 * The client side of the PBS wire protocol (protocol.md §1–§4). This package holds nothing itself: {@code connect} opens
 * trusted TLS connections, {@code rest} speaks HTTP/1.1 on them, {@code upgrade} turns one into HTTP/2, {@code backup} and
 * {@code reader} are the two protocols on top. What a server answers with lives in the ingest service.
 */
@NullMarked
package io.reprise.protocol;

import org.jspecify.annotations.NullMarked;
