/**
 * What surrounds a run of the command: environment variables, standard streams, terminal, messages and progress
 * (cli.md §1.2, §3.1). Nothing here knows a command, a server or a format.
 */
@NullMarked
package io.reprise.cli.terminal;

import org.jspecify.annotations.NullMarked;
