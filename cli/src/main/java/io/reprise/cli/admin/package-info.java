/**
 * Login, state of the server, namespaces, and the words of PBS's manager for users, tokens, permissions and datastores,
 * all over the REST API (cli.md §2.2, §4.1).
 */
@NullMarked
package io.reprise.cli.admin;

import org.jspecify.annotations.NullMarked;
