package io.reprise.platform.task;

/**
 * How far a task is; told to whoever listens, never stored.
 *
 * @param percent 0 … 100
 * @param bytes moved or read so far
 * @param bytesPerSecond since the task began
 * @param message one line for people
 */
public record TaskProgress(double percent, long bytes, long bytesPerSecond, String message) {}
