/**
 * What all sessions together hold in memory (ARCHITECTURE.md, I8): one number, shared out to uploads in order of arrival
 * and lent to read-ahead. Numbers only: no buffers live here, and nothing blocks.
 */
@NullMarked
package io.reprise.ingest.memory;

import org.jspecify.annotations.NullMarked;
