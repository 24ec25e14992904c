package io.reprise.platform.task;

import java.util.List;

/**
 * Some lines of a log.
 *
 * @param first number of the first line here, from 1
 * @param total lines that the log has at present
 */
public record LogPage(long first, List<String> lines, long total) {}
