/**
 * Making snapshots and what belongs to them (cli.md §2.3, §3.4): sources, the session's order, log upload, benchmark. Chunks,
 * uploads and their parallel work live in the protocol module.
 */
@NullMarked
package io.reprise.cli.backup;

import org.jspecify.annotations.NullMarked;
