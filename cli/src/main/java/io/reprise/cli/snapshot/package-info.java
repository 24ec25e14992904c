/**
 * Commands about groups and snapshots on a server, through the REST API (cli.md §2.2, §3.3). Their contents are the
 * matter of {@code backup}, {@code restore} and {@code catalog}.
 */
@NullMarked
package io.reprise.cli.snapshot;

import org.jspecify.annotations.NullMarked;
