package io.reprise.ingest.observe;

import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.manifest.VerifyState;
import io.reprise.datastore.snapshot.Datastore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots of one datastore as counted last. One series for each guest, never for each snapshot: a dashboard would drown.
 */
final class StoreContent {
  private static final int MAX_NAME = 100;

  private final String store;
  private Map<Namespace, Long> counts = Map.of();
  private Map<Place, Guest> guests = Map.of();

  /** Guests have one number in a namespace, whatever their type. */
  private record Place(Namespace namespace, String id) {}

  /**
   * @param snapshots how many, finished or not
   * @param last epoch seconds of the newest finished one
   * @param name first line of its notes: the guest's name in Proxmox VE's default template
   */
  record Guest(long snapshots, long last, String name, boolean verified) {}

  StoreContent(String store) {
    this.store = store;
  }

  void refresh(Datastore datastore) throws IOException {
    var newCounts = new TreeMap<Namespace, Long>();
    var newGuests = new HashMap<Place, Guest>();
    for (Namespace namespace : datastore.namespaces(Namespace.ROOT, Namespace.MAX_DEPTH)) {
      long count = 0;
      for (GroupId group : datastore.groups(namespace)) {
        List<SnapshotId> snapshots = datastore.snapshots(namespace, group);
        count += snapshots.size();
        Guest guest = guest(datastore, namespace, snapshots);
        if (guest != null) {
          newGuests.merge(new Place(namespace, group.id()), guest, StoreContent::together);
        }
      }
      newCounts.put(namespace, count);
    }
    counts = newCounts;
    guests = newGuests;
  }

  private static Guest together(Guest a, Guest b) {
    Guest newer = a.last >= b.last ? a : b;
    return new Guest(a.snapshots + b.snapshots, newer.last, newer.name, newer.verified);
  }

  private static @Nullable Guest guest(
      Datastore datastore, Namespace namespace, List<SnapshotId> snapshots) throws IOException {
    for (SnapshotId snapshot : snapshots.reversed()) {
      if (!datastore.isFinished(namespace, snapshot)) continue;
      try {
        Manifest manifest = datastore.manifest(namespace, snapshot);
        VerifyState verified = manifest.verifyState();
        return new Guest(
            snapshots.size(),
            snapshot.time(),
            name(manifest.notes()),
            verified != null && verified.ok());
      } catch (NoSuchFileException removedMeanwhile) {
        // the next one, then
      }
    }
    return null;
  }

  private static String name(String notes) {
    String first = notes.lines().findFirst().orElse("").strip();
    return first.length() > MAX_NAME ? first.substring(0, MAX_NAME) : first;
  }

  List<Row<?>> snapshotRows() {
    var rows = new ArrayList<Row<?>>();
    counts.forEach((namespace, count) -> rows.add(Row.of(tags(namespace), count)));
    return rows;
  }

  List<Row<?>> guestRows(ToDoubleFunction<Guest> value) {
    var rows = new ArrayList<Row<?>>();
    guests.forEach((place, guest) -> rows.add(Row.of(
        tags(place.namespace).and("vm_id", place.id, "vm_name", guest.name),
        value.applyAsDouble(guest))));
    return rows;
  }

  private Tags tags(Namespace namespace) {
    return Tags.of("datastore", store, "namespace", namespace.toString());
  }
}
