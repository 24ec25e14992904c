/**
 * How command words and options are understood (cli.md §2.1): the tree of words, prefixes and aliases, the forms in
 * which options are written, and what a command must be. No command itself lives here, and nothing that talks to a
 * server.
 */
@NullMarked
package io.reprise.cli.command;

import org.jspecify.annotations.NullMarked;
