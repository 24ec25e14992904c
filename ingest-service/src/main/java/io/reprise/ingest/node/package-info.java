/** The endpoints of a node: its tasks (protocol.md §6). */
@NullMarked
package io.reprise.ingest.node;

import org.jspecify.annotations.NullMarked;
