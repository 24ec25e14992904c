/**
 * The backup protocol (protocol.md §3): its calls, and uploads of whole images and archives that keep every core busy.
 * Never walks file systems or builds manifests: that is the caller's.
 */
@NullMarked
package io.reprise.protocol.backup;

import org.jspecify.annotations.NullMarked;
