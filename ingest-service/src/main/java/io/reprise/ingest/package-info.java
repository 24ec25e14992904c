/** To be filled. */
@NullMarked
package io.reprise.ingest;

import org.jspecify.annotations.NullMarked;
