package io.reprise.service;

import java.nio.file.Path;

/**
 * The process; each service makes one.
 *
 * @param state the directory that all services share
 * @param replica name of this process among its replicas
 * @param node host name without a domain
 * @param supervised it stops when its standard input ends
 * @param topicPartitions of topics that are made because they are missing
 */
public record ThisService(
    Path state, String replica, String node, boolean supervised, int topicPartitions) {}
