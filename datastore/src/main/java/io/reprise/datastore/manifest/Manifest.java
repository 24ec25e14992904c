package io.reprise.datastore.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.Fingerprint;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot's manifest, {@code index.json.blob} (datastore.md §5.1, §5.2). Immutable; the {@code with…} methods give a
 * changed copy.
 *
 * <p>Keys that are not known here are kept wherever they stand. Outside {@code unprotected} the signature covers them: a
 * server that dropped them (as PBS does) would break it, and whoever reads them loses nothing by their staying.
 */
public final class Manifest {
  private static final String UNPROTECTED = "unprotected";
  private static final String SIGNATURE = "signature";
  private static final String KEY_FINGERPRINT = "key-fingerprint";
  private static final String NOTES = "notes";
  private static final String STATISTICS = "chunk_upload_stats";
  private static final String VERIFY_STATE = "verify_state";

  private final ObjectNode json;
  private final SnapshotId snapshot;
  private final List<FileEntry> files;

  /** @param json nobody else's from here on */
  private Manifest(ObjectNode json) throws BadFormat {
    try {
      this.json = json;
      snapshot = new SnapshotId(
          new GroupId(BackupType.parse(text(json, "backup-type")), text(json, "backup-id")),
          number(json, "backup-time"));
      files = parseFiles(json);
      JsonNode unprotected = json.get(UNPROTECTED);
      if (unprotected == null || unprotected.isNull()) json.putObject(UNPROTECTED);
      else if (!unprotected.isObject())
        throw new BadFormat("manifest: unprotected is not an object");
      signature();
    } catch (InvalidName e) {
      throw new BadFormat("manifest: " + e.getMessage(), e);
    }
  }

  /** A new one, unsigned, in the order of the list. */
  public static Manifest of(SnapshotId snapshot, List<FileEntry> files) {
    ObjectNode json = Json.object();
    json.put("backup-type", snapshot.group().type().toString());
    json.put("backup-id", snapshot.group().id());
    json.put("backup-time", snapshot.time());
    var array = json.putArray("files");
    for (FileEntry file : files) {
      array
          .addObject()
          .put("filename", file.name().text())
          .put("crypt-mode", file.cryptMode().toString())
          .put("size", file.size())
          .put("csum", file.csum().toString());
    }
    try {
      return new Manifest(json);
    } catch (BadFormat e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Reads {@code index.json.blob}.
   *
   * @throws BadFormat if the blob is damaged or encrypted, holds more than 16 MiB, or {@link #parse} refuses the text
   */
  public static Manifest read(ByteBuffer blob) throws BadFormat {
    BlobCrc.check(blob);
    if (BlobKind.of(blob).encrypted()) {
      throw new BadFormat(
          "manifest is encrypted, which no manifest may be: the snapshot is damaged");
    }
    try (var decoder = new BlobDecoder()) {
      ByteBuffer text = decoder.decode(blob, null, BlobDecoder.MAX_CHUNK);
      byte[] utf8 = new byte[text.remaining()];
      text.get(utf8);
      return parse(utf8);
    }
  }

  /** @throws BadFormat if a key is missing or has a value outside its pattern; names are checked before they meet a path */
  public static Manifest parse(byte[] utf8) throws BadFormat {
    return new Manifest(Json.parseObject(utf8, "manifest"));
  }

  private static List<FileEntry> parseFiles(ObjectNode json) throws BadFormat {
    JsonNode array = json.get("files");
    if (array == null || !array.isArray()) throw new BadFormat("manifest has no list of files");
    List<FileEntry> files = new ArrayList<>(array.size());
    for (JsonNode file : array) {
      if (!(file instanceof ObjectNode object)) {
        throw new BadFormat("manifest: an entry of files is not an object");
      }
      JsonNode mode = object.get("crypt-mode");
      files.add(new FileEntry(
          new ArchiveName(text(object, "filename")),
          mode == null ? CryptMode.NONE : CryptMode.parse(text(object, "crypt-mode")),
          number(object, "size"),
          Digest.parse(text(object, "csum"))));
    }
    return List.copyOf(files);
  }

  private static String text(ObjectNode json, String key) throws BadFormat {
    JsonNode value = json.get(key);
    if (value == null || !value.isTextual()) {
      throw new BadFormat("manifest: " + key + " is missing or not a string");
    }
    return value.textValue();
  }

  private static long number(ObjectNode json, String key) throws BadFormat {
    JsonNode value = json.get(key);
    if (value == null
        || !value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < 0) {
      throw new BadFormat("manifest: " + key + " is missing or not a positive integer");
    }
    return value.longValue();
  }

  public SnapshotId snapshot() {
    return snapshot;
  }

  /** In the order in which the client added them; without the manifest itself and the client's log. */
  public List<FileEntry> files() {
    return files;
  }

  public Optional<FileEntry> file(ArchiveName name) {
    return files.stream().filter(f -> f.name().equals(name)).findFirst();
  }

  /** A copy of what the signature does not cover. */
  public ObjectNode unprotected() {
    return unprotectedNode().deepCopy();
  }

  private ObjectNode unprotectedNode() {
    return (ObjectNode) json.get(UNPROTECTED);
  }

  /** 64 hex digits, or null if the manifest is not signed. */
  public @Nullable Digest signature() throws BadFormat {
    JsonNode value = json.get(SIGNATURE);
    if (value == null || value.isNull()) return null;
    return Digest.parse(text(json, SIGNATURE));
  }

  public boolean signed() {
    return json.hasNonNull(SIGNATURE);
  }

  /** What lists show for the manifest itself: sign-only if it is signed, else none. */
  public CryptMode cryptMode() {
    return signed() ? CryptMode.SIGN_ONLY : CryptMode.NONE;
  }

  /** The key that encrypted or signed, null if there was none or it does not say. */
  public @Nullable Fingerprint keyFingerprint() throws BadFormat {
    JsonNode value = unprotectedNode().get(KEY_FINGERPRINT);
    if (value == null || value.isNull()) return null;
    try {
      return Fingerprint.parse(value.asText());
    } catch (InvalidName e) {
      throw new BadFormat("manifest: " + e.getMessage(), e);
    }
  }

  /** Empty if there are none. */
  public String notes() {
    return unprotectedNode().path(NOTES).asText("");
  }

  /** @param notes empty removes them */
  public Manifest withNotes(String notes) {
    return changed(u -> {
      if (notes.isEmpty()) u.remove(NOTES);
      else u.put(NOTES, notes);
    });
  }

  public Manifest withStatistics(UploadStatistics s) {
    return changed(u -> u.putObject(STATISTICS)
        .put("compressed_size", s.compressedSize())
        .put("count", s.count())
        .put("duplicates", s.duplicates())
        .put("size", s.size()));
  }

  /** The last verification, null if there was none that can be read. */
  public @Nullable VerifyState verifyState() {
    JsonNode state = unprotectedNode().get(VERIFY_STATE);
    if (state == null || !state.path("upid").isTextual()) return null;
    return switch (state.path("state").asText()) {
      case "ok" -> new VerifyState(true, state.get("upid").textValue());
      case "failed" -> new VerifyState(false, state.get("upid").textValue());
      default -> null;
    };
  }

  /** @param state null removes it */
  public Manifest withVerifyState(@Nullable VerifyState state) {
    return changed(u -> {
      if (state == null) u.remove(VERIFY_STATE);
      else
        u.putObject(VERIFY_STATE)
            .put("state", state.ok() ? "ok" : "failed")
            .put("upid", state.upid());
    });
  }

  /** Names the key that encrypted the files; {@link #sign} does it by itself. */
  public Manifest withKeyFingerprint(Fingerprint key) {
    return changed(u -> u.put(KEY_FINGERPRINT, key.toString()));
  }

  private Manifest changed(java.util.function.Consumer<ObjectNode> change) {
    ObjectNode copy = json.deepCopy();
    change.accept((ObjectNode) copy.get(UNPROTECTED));
    return of(copy);
  }

  /** Of a tree that came from a manifest and still is one. */
  private static Manifest of(ObjectNode json) {
    try {
      return new Manifest(json);
    } catch (BadFormat e) {
      throw new AssertionError(e);
    }
  }

  /** Signed with the key, which is named too (datastore.md §5.2). */
  public Manifest sign(CryptKey key) throws BadFormat {
    ObjectNode copy = json.deepCopy();
    ((ObjectNode) copy.get(UNPROTECTED)).put(KEY_FINGERPRINT, key.fingerprint().toString());
    copy.put(SIGNATURE, HexFormat.of().formatHex(hmac(key)));
    return of(copy);
  }

  /**
   * What a client does before it trusts a manifest. Without a signature there is nothing to check: ask {@link #signed}.
   *
   * @throws BadFormat if it names another key, or the signature is not this key's over this content
   */
  public void verify(CryptKey key) throws BadFormat {
    Digest signature = signature();
    if (signature == null) return;
    Fingerprint named = keyFingerprint();
    if (named != null && !named.equals(key.fingerprint())) {
      throw new BadFormat("manifest of %s was signed with key %s, not with %s: give that key"
          .formatted(snapshot, named.shortText(), key.fingerprint().shortText()));
    }
    if (!MessageDigest.isEqual(signature.bytes(), hmac(key))) {
      throw new BadFormat("manifest of " + snapshot
          + ": the signature is wrong, it was changed after it was signed");
    }
  }

  private byte[] hmac(CryptKey key) throws BadFormat {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.idKey(), "HmacSHA256"));
      return mac.doFinal(canonical());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has HmacSHA256", e);
    }
  }

  /** The bytes that the signature covers. */
  byte[] canonical() throws BadFormat {
    ObjectNode covered = json.deepCopy();
    covered.remove(List.of(UNPROTECTED, SIGNATURE));
    return Json.canonical(covered);
  }

  /** The text of {@code index.json}: byte for byte as PBS writes it. */
  public byte[] toJson() throws BadFormat {
    ObjectNode copy = json.deepCopy();
    if (!copy.has(SIGNATURE)) copy.putNull(SIGNATURE);
    return Json.pretty(copy);
  }

  /** The bytes of {@code index.json.blob}: compressed if that is shorter, never encrypted; valid until the encoder's next call. */
  public ByteBuffer encode(BlobEncoder encoder) throws BadFormat {
    byte[] text = toJson();
    return encoder.encode(text, 0, text.length, true, null);
  }

  @Override
  public String toString() {
    return "manifest of " + snapshot;
  }
}
