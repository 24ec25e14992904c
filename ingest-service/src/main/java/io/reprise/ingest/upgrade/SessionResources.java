package io.reprise.ingest.upgrade;

import io.netty.buffer.ByteBufAllocator;
import io.reprise.ingest.memory.MemoryBudget;
import java.util.concurrent.Executor;

/**
 * What all connections share.
 *
 * @param bodies where raw bodies lie; direct, without a cleaner a buffer
 * @param threads a virtual thread for each task
 */
record SessionResources(MemoryBudget memory, ByteBufAllocator bodies, Executor threads) {}
