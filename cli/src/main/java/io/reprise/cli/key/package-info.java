/** The {@code key} commands (cli.md §1.5): local files only, no server. How keys are kept lives in the datastore module. */
@NullMarked
package io.reprise.cli.key;

import org.jspecify.annotations.NullMarked;
