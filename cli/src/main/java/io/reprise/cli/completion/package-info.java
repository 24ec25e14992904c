/** Completion of command lines for bash and zsh (cli.md §3.6): never asks, never complains, and answers within a second. */
@NullMarked
package io.reprise.cli.completion;

import org.jspecify.annotations.NullMarked;
