package io.reprise.gc.collect;

import io.reprise.datastore.snapshot.DatastoreLayout;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What all datastores here have in common.
 *
 * @param indexes one directory for each reference index, on a local disk
 * @param status one file for each datastore that says how its collection stands, in the shared state
 * @param period at most so long from pass to pass
 * @param gather waited for more removals before a pass
 * @param validity of offered orphans
 */
public record Settings(
    DatastoreLayout layout,
    Path indexes,
    Path status,
    Duration period,
    Duration gather,
    Duration validity) {}
