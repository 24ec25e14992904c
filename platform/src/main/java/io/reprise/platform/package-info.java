/**
 * What every service shares: configuration files, access, tasks, events, each in a package of its own; here only what
 * belongs to a process as a whole. Never a framework: plain Java over {@code datastore}.
 */
@NullMarked
package io.reprise.platform;

import org.jspecify.annotations.NullMarked;
