/** Which snapshots of a group are kept (datastore.md §8.1): the rule alone, pure; removing is done elsewhere. */
@NullMarked
package io.reprise.datastore.prune;

import org.jspecify.annotations.NullMarked;
