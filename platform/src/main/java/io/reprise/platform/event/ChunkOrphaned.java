package io.reprise.platform.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Chunks that no index refers to any more, as a complete walk confirmed: whoever reads this may delete those that nobody has
 * touched since the cutoff, by renaming and looking again (design.md, "Garbage collection").
 *
 * @param epoch of the lease of the reference index that says so; another one's is void
 * @param cutoff chunks with a younger access time stay
 * @param validUntil nobody may act on this afterwards
 * @param digests 1 to {@value #MAX_DIGESTS}
 */
public record ChunkOrphaned(
    String store, long epoch, Instant cutoff, Instant validUntil, List<Digest> digests)
    implements EventData {
  public static final int MAX_DIGESTS = 1_000;

  public ChunkOrphaned {
    digests = List.copyOf(digests);
    if (digests.isEmpty() || digests.size() > MAX_DIGESTS) {
      throw new IllegalArgumentException(
          digests.size() + " orphaned chunks in an event instead of 1 to " + MAX_DIGESTS);
    }
  }

  @Override
  public Topic topic() {
    return Topic.CHUNK_ORPHANED;
  }

  @Override
  public String subject() {
    return store;
  }

  @Override
  public String key() {
    int first = (int) (digests.getFirst().a() >>> 56);
    return store + "/" + HexFormat.of().toHexDigits((byte) first);
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = Json.object()
        .put("store", store)
        .put("epoch", epoch)
        .put("cutoff", cutoff.toString())
        .put("valid-until", validUntil.toString());
    var base64 = Base64.getEncoder().withoutPadding();
    var array = json.putArray("digests");
    for (Digest digest : digests) {
      array.add(base64.encodeToString(digest.bytes()));
    }
    return json;
  }

  /** @throws BadFormat if it is none */
  public static ChunkOrphaned parse(ObjectNode json) throws BadFormat {
    try {
      var digests = new ArrayList<Digest>();
      for (JsonNode digest : json.path("digests")) {
        byte[] bytes = Base64.getDecoder().decode(digest.asText());
        if (bytes.length != Digest.BYTES) throw new IllegalArgumentException("a digest is cut off");
        digests.add(Digest.of(bytes));
      }
      return new ChunkOrphaned(
          SafeId.check("datastore", json.path("store").asText(), 1, 64),
          json.path("epoch").asLong(),
          Instant.parse(json.path("cutoff").asText()),
          Instant.parse(json.path("valid-until").asText()),
          digests);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new BadFormat("orphaned chunks: " + e.getMessage(), e);
    }
  }
}
