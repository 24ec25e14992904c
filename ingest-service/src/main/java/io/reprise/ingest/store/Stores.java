package io.reprise.ingest.store;

import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.ApiError;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The open datastores of this process. A datastore is opened when it is first needed, again when its configuration has
 * changed, and closed when nobody uses the old one any more.
 */
public final class Stores {
  private final Configured configured;
  private final DatastoreLayout layout;
  private final Map<String, Open> open = new HashMap<>();

  /** Looks datastores up in the configuration as it is now. */
  public interface Configured {
    /** @return null if there is no datastore of that name */
    @Nullable
    DatastoreConfig find(String name) throws IOException;
  }

  public Stores(Configured configured, DatastoreLayout layout) {
    this.configured = configured;
    this.layout = layout;
  }

  /**
   * Uses a datastore until the result is closed.
   *
   * @throws ApiError 400 if there is no such datastore, or its maintenance mode forbids the operation
   * @throws IOException if it cannot be opened
   */
  public Use use(String name, Operation operation) throws IOException {
    DatastoreConfig config = configured.find(name);
    if (config == null) throw ApiError.badRequest("no such datastore '" + name + "'");
    Maintenance maintenance = config.maintenance();
    String refusal = maintenance == null ? null : maintenance.refusal(name, operation);
    if (refusal != null) throw ApiError.badRequest(refusal);
    synchronized (open) {
      Open current = open.get(name);
      if (current == null || !current.config.equals(config)) {
        var opened = new Open(config, Datastore.open(config, layout));
        open.put(name, opened);
        if (current != null) current.retire();
        current = opened;
      }
      return new Use(current, operation);
    }
  }

  /** Whether there is a datastore of that name, in service or not. */
  public boolean isConfigured(String name) throws IOException {
    return configured.find(name) != null;
  }

  /** Where locks and leases of datastores lie. */
  public DatastoreLayout layout() {
    return layout;
  }

  /** A datastore that is no longer configured is closed when its last use ends. */
  public void forget(String name) throws IOException {
    synchronized (open) {
      Open gone = open.remove(name);
      if (gone != null) gone.retire();
    }
  }

  /** How many uses of that kind this process has at this moment. */
  public int active(String name, Operation operation) {
    synchronized (open) {
      Open current = open.get(name);
      return current == null ? 0 : current.uses.getOrDefault(operation, 0);
    }
  }

  /** A datastore in use. */
  public final class Use implements AutoCloseable {
    private final Open of;
    private final Operation operation;
    private boolean over;

    private Use(Open of, Operation operation) {
      this.of = of;
      this.operation = operation;
      of.uses.merge(operation, 1, Integer::sum);
    }

    public Datastore datastore() {
      return of.datastore;
    }

    @Override
    public void close() throws IOException {
      synchronized (open) {
        if (over) return;
        over = true;
        of.uses.merge(operation, -1, Integer::sum);
        if (of.retired) of.retire();
      }
    }
  }

  private static final class Open {
    final DatastoreConfig config;
    final Datastore datastore;
    final Map<Operation, Integer> uses = new EnumMap<>(Operation.class);
    boolean retired;

    Open(DatastoreConfig config, Datastore datastore) {
      this.config = config;
      this.datastore = datastore;
    }

    void retire() throws IOException {
      retired = true;
      if (uses.values().stream().allMatch(count -> count == 0)) datastore.close();
    }
  }
}
