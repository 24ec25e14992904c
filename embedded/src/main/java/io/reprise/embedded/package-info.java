/**
 * Real servers as child processes, for {@code reprise up}, {@code reprise demo} and tests: each with a class path of its
 * own, so that none of its libraries meets a service's. No test doubles live here.
 */
@NullMarked
package io.reprise.embedded;

import org.jspecify.annotations.NullMarked;
