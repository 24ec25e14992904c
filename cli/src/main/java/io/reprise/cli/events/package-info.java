/** Looking at the events that the services publish on Kafka (CloudEvents, binary mode). Nothing is published here. */
@NullMarked
package io.reprise.cli.events;

import org.jspecify.annotations.NullMarked;
