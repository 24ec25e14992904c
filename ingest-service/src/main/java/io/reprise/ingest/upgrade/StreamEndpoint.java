package io.reprise.ingest.upgrade;

import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Endpoint.Method;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Parameters;
import java.io.IOException;
import java.util.List;

/**
 * One row of the table of calls that a session takes (protocol.md §3.3, §4.2).
 *
 * @param name the path, one component without slashes
 */
public record StreamEndpoint(Method method, String name, List<Param<?>> params, Work work) {
  /** What a call does with its body, and who answers. */
  sealed interface Work {
    /**
     * Parameters in query, form or JSON body.
     *
     * @param inOrder one call of the connection after the other, in the order in which they were complete
     */
    record Call(Handler handler, boolean inOrder) implements Work {}

    /** Raw bytes, parameters in the query. @param size the parameter that announces how many */
    record Upload(Param<Long> size, Receiver receiver) implements Work {}

    /** Bytes that are thrown away as they come. */
    record Drop(Handler handler) implements Work {}
  }

  /** Does the work, on a virtual thread. */
  public interface Handler {
    /**
     * @throws ApiError an expected failure with its status
     * @throws IOException answered as 400 with its message
     */
    Reply handle(Parameters parameters) throws IOException;
  }

  /** Takes an upload. */
  public interface Receiver {
    /**
     * On the event loop: must not block and must not throw, but hand over. No call of this connection is taken for over,
     * and the session not ended, before it is answered.
     *
     * @param body to be closed
     */
    void receive(Parameters parameters, ReceivedBody body, Answering answering);
  }

  public StreamEndpoint {
    params = List.copyOf(params);
  }

  public static Row get(String name) {
    return new Row(Method.GET, name);
  }

  public static Row post(String name) {
    return new Row(Method.POST, name);
  }

  public static Row put(String name) {
    return new Row(Method.PUT, name);
  }

  /** A row being written down. */
  public static final class Row {
    private final Method method;
    private final String name;
    private List<Param<?>> params = List.of();

    private Row(Method method, String name) {
      this.method = method;
      this.name = name;
    }

    public Row takes(Param<?>... params) {
      this.params = List.of(params);
      return this;
    }

    public StreamEndpoint answers(Handler handler) {
      return row(new Work.Call(handler, false));
    }

    /** As {@link #answers}, one call of the connection after the other, in the order in which they arrived. */
    public StreamEndpoint answersInOrder(Handler handler) {
      return row(new Work.Call(handler, true));
    }

    /**
     * The body is bytes.
     *
     * @param size one of the parameters: how many; its type bounds it to what the server takes
     */
    public StreamEndpoint receives(Param<Long> size, Receiver receiver) {
      return row(new Work.Upload(size, receiver));
    }

    /** The body is anything of any length, and nobody looks at it. */
    public StreamEndpoint dropsBody(Handler handler) {
      return row(new Work.Drop(handler));
    }

    private StreamEndpoint row(Work work) {
      return new StreamEndpoint(method, name, params, work);
    }
  }
}
