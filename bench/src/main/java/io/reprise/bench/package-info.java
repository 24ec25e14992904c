/**
 * Measurements, run by {@code ./reprise bench NAME}: the entry point and what the benchmarks share. Nothing here is part of
 * a service, and nothing a test depends on.
 */
@NullMarked
package io.reprise.bench;

import org.jspecify.annotations.NullMarked;
