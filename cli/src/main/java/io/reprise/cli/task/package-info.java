/** Tasks of the server: listing, following their log to the end, stopping (protocol.md §6, cli.md §3.3). */
@NullMarked
package io.reprise.cli.task;

import org.jspecify.annotations.NullMarked;
