/**
 * What this service hears: snapshots that come and go, requests, orphaned chunks. An event only makes something be looked at
 * sooner; what is done with it lives in {@code collect} and {@code sweep}.
 */
@NullMarked
package io.reprise.gc.event;

import org.jspecify.annotations.NullMarked;
