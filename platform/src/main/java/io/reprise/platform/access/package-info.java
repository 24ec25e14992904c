/** Who may do what: users, tokens, passwords, tickets, roles and the ACL tree (protocol.md §2, config.md §2, §5). */
@NullMarked
package io.reprise.platform.access;

import org.jspecify.annotations.NullMarked;
