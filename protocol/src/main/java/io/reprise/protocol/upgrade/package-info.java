/**
 * HTTP/2 on an upgraded connection (protocol.md §3.1, §3.2): many requests in parallel, bounded in memory. Never anything
 * that knows the endpoints of the backup or the reader protocol.
 */
@NullMarked
package io.reprise.protocol.upgrade;

import org.jspecify.annotations.NullMarked;
