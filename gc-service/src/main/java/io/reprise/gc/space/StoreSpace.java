package io.reprise.gc.space;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.json.Json;
import io.reprise.gc.references.Space;
import io.reprise.platform.event.GuestSpace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the groups of one datastore take.
 *
 * @param guests by namespace and group
 * @param otherShare of index files that belong to no group; the shares of all and this add up to the disk
 */
public record StoreSpace(List<GuestSpace> guests, long otherShare) {
  public StoreSpace {
    guests = List.copyOf(guests);
  }

  static StoreSpace of(String store, List<Space> spaces) {
    var guests = new ArrayList<GuestSpace>();
    long other = 0;
    for (Space space : spaces) {
      if (space.group().isEmpty()) other += space.share();
      else guests.add(guest(store, space));
    }
    guests.sort(Comparator.comparing(GuestSpace::namespace).thenComparing(GuestSpace::group));
    return new StoreSpace(guests, other);
  }

  /** Of a path {@code [ns/a/…/]type/id}. */
  private static GuestSpace guest(String store, Space space) {
    String[] parts = space.group().split("/");
    Namespace namespace = Namespace.ROOT;
    for (int i = 1; i < parts.length - 2; i += 2) namespace = namespace.child(parts[i]);
    return new GuestSpace(
        store,
        namespace,
        GroupId.parse(parts[parts.length - 2] + "/" + parts[parts.length - 1]),
        space.logical(),
        space.stored(),
        space.exclusive(),
        space.share());
  }

  ObjectNode toJson(Instant now) {
    ObjectNode json = Json.object();
    json.put("time", now.getEpochSecond()).put("other-share", otherShare);
    ArrayNode all = json.putArray("guests");
    for (GuestSpace guest : guests) guest.addTo(all.addObject());
    return json;
  }
}
