/**
 * Who may do what at the same time (datastore.md §11, docs/adr/0003): group and snapshot locks, manifest locks, the
 * process lock shared with a PBS, and the leases of writers. Every lock ends with its process. What the locks protect
 * is done in {@code snapshot} and {@code chunk}.
 */
@NullMarked
package io.reprise.datastore.lock;

import org.jspecify.annotations.NullMarked;
