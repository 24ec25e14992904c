/**
 * Tasks: their ids, logs and lists as PBS keeps them (protocol.md §6, config.md §7). What a task does lives in the services.
 */
@NullMarked
package io.reprise.platform.task;

import org.jspecify.annotations.NullMarked;
