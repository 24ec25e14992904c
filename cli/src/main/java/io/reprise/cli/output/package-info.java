/**
 * How data is shown (cli.md §3): tables, JSON, sizes and times. What the data means is the commands' matter; messages
 * and progress live in {@code terminal}.
 */
@NullMarked
package io.reprise.cli.output;

import org.jspecify.annotations.NullMarked;
