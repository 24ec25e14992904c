/**
 * Encryption keys (datastore.md §2.3, §2.4, §5.4, §5.5): the key and what is derived from it, key files, RSA master keys.
 * Where a client keeps its key files, and how it asks for a passphrase, lives in the client.
 */
@NullMarked
package io.reprise.datastore.key;

import org.jspecify.annotations.NullMarked;
