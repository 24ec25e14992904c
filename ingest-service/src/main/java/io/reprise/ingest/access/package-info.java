/**
 * The endpoints of logins, users, tokens and rights (protocol.md §2, §8.1). How secrets, tickets and the ACL work is the
 * business of {@code io.reprise.platform.access}.
 */
@NullMarked
package io.reprise.ingest.access;

import org.jspecify.annotations.NullMarked;
