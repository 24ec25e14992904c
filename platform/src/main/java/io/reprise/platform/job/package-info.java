/** Jobs: what is remembered of their runs, as PBS keeps it (config.md §6, datastore.md §10.5). What a job does lives in the services. */
@NullMarked
package io.reprise.platform.job;

import org.jspecify.annotations.NullMarked;
