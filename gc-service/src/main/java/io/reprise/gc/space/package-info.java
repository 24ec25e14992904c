/** What each guest takes, for others to read: a file for each datastore in the shared state, and events. */
@NullMarked
package io.reprise.gc.space;

import org.jspecify.annotations.NullMarked;
