/**
 * {@code reprise up} and {@code reprise demo}: the services and a broker as children of one command, below one data
 * directory. No client command lives here; the demonstration uses them as a user would.
 */
@NullMarked
package io.reprise.cli.up;

import org.jspecify.annotations.NullMarked;
