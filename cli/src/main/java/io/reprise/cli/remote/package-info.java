/**
 * Where the commands turn to and as whom (cli.md §1): repository, login and its ticket cache, certificate trust, keys
 * and their passwords. No command lives here.
 */
@NullMarked
package io.reprise.cli.remote;

import org.jspecify.annotations.NullMarked;
