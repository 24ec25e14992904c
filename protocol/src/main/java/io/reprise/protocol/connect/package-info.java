/**
 * Trusted TLS connections to a server, directly or through an HTTP proxy (protocol.md §1.1, cli.md §1.2, §1.4). Never
 * anything that knows HTTP requests or logins.
 */
@NullMarked
package io.reprise.protocol.connect;

import org.jspecify.annotations.NullMarked;
