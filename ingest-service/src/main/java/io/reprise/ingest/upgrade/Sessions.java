package io.reprise.ingest.upgrade;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.reprise.datastore.os.Descriptor;
import io.reprise.ingest.memory.MemoryBudget;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.upgrade.UpgradeRequest.Protocol;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** Opens sessions of whichever protocol is asked for, and gives them their connections. */
@ApplicationScoped
class Sessions implements SessionUpgrade {
  /** Of one arena: four of the largest usual bodies, so that little is lost between them. */
  private static final int ARENA_CHUNK_ORDER = 11;

  private static final Duration ENDING = Duration.ofSeconds(10);

  private final Map<Protocol, SessionProtocol> protocols = new EnumMap<>(Protocol.class);
  private final SessionResources resources;
  private final OpenSessions open = new OpenSessions();

  Sessions(@All List<SessionProtocol> protocols, MemoryBudget memory) {
    protocols.forEach(protocol -> this.protocols.put(protocol.protocol(), protocol));
    resources = new SessionResources(
        memory,
        new PooledByteBufAllocator(
            true, 0, 1, 8192, ARENA_CHUNK_ORDER, 0, 0, false, Descriptor.BLOCK),
        Executors.newVirtualThreadPerTaskExecutor());
  }

  @Override
  public Answer.Session open(UpgradeRequest request) throws IOException {
    SessionProtocol protocol = protocols.get(request.protocol());
    if (protocol == null) throw new IOException(request.protocol() + " is not served here");
    StreamSession session = open.add(protocol.open(request));
    return new Answer.Session() {
      @Override
      public void takeOver(Channel channel) {
        ServerConnection.takeOver(channel, request.protocol(), resources, session);
      }

      @Override
      public void abandon() {
        session.ended("the client went away before its session began");
      }
    };
  }

  /** Before the port closes, which would cut them off. */
  void stop(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) ShutdownEvent stopping)
      throws InterruptedException {
    open.stop(ENDING);
  }
}
