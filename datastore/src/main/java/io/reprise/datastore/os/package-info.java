/**
 * What the JDK does not offer of Linux, by the Foreign Function API: directory descriptors, {@code flock}, open file
 * description locks, touching, {@code syncfs}, {@code statx}, {@code statvfs}. One small class per concern; every
 * failure names the call, the object and the errno. No rule of the datastore lives here.
 */
@NullMarked
package io.reprise.datastore.os;

import org.jspecify.annotations.NullMarked;
