/**
 * Reading pxar archives of version 1 (datastore.md §4.3), as a stream or at any place. Making files of their entries lives
 * in the client.
 */
@NullMarked
package io.reprise.datastore.pxar;

import org.jspecify.annotations.NullMarked;
