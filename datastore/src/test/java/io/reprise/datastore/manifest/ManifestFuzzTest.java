package io.reprise.datastore.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Fixture;
import io.reprise.datastore.Golden;
import io.reprise.datastore.Hex;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.KeyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Any text is a manifest that can be written again, or refused. */
class ManifestFuzzTest {
  private static final CryptKey KEY = new CryptKey(Hex.counting(32));

  @FuzzTest
  void parse(byte[] json) {
    try {
      Manifest manifest = Manifest.parse(json);
      manifest.keyFingerprint();
      manifest.notes();
      manifest.verifyState();
      byte[] written = manifest.toJson();
      assertThat(Manifest.parse(written).toJson()).isEqualTo(written);
      Manifest signed = manifest.withNotes("n").sign(KEY);
      Manifest.parse(signed.toJson()).verify(KEY);
      try (var encoder = new BlobEncoder()) {
        assertThat(Manifest.read(signed.encode(encoder)).toJson()).isEqualTo(signed.toJson());
      }
    } catch (BadFormat refused) {
      assertThat(refused).hasMessageFindingMatch("manifest|JSON");
    }
  }

  /** What a real server holds of a signed snapshot, made from its facts; the signature is the fixture key's. */
  private static Manifest sign1() {
    return Manifest.of(
            SnapshotId.parse("host/sign1/2025-11-23T06:00:00Z"),
            List.of(
                file(
                    "root.pxar.didx",
                    13_713_658,
                    "0d505259f322e8d0a0ad1c54dc15f62a00b326e862e49fa6795279224af22f98"),
                file(
                    "catalog.pcat1.didx",
                    3_993,
                    "782d91bf7e33022d83d1b0173f8b967c47875479c2db2485203aaa5e83073266")))
        .withStatistics(new UploadStatistics(3, 13_718_076, 2_105_100, 3))
        .withVerifyState(new VerifyState(
            true, "UPID:vm:0000540C:00084F9C:0000001E:6B03D2BA:verify:fixpub:root@pam:"));
  }

  private static FileEntry file(String name, long size, String csum) {
    return new FileEntry(new ArchiveName(name), CryptMode.SIGN_ONLY, size, Digest.parse(csum));
  }

  @Test
  void goldenFiles() throws IOException {
    Golden.check(
        ManifestFuzzTest.class, Map.of("parse/signed.json", sign1().sign(KEY).toJson()));
  }

  @Test
  void goldenFileUnderTheFixturesKeyIsThatOfTheRealServer() throws IOException {
    CryptKey key = KeyFile.read(Fixture.key()).open(() -> new byte[0]);
    byte[] blob = Files.readAllBytes(
        Fixture.store().resolve("host/sign1/2025-11-23T06:00:00Z/index.json.blob"));
    try (var decoder = new BlobDecoder()) {
      assertThat(ByteBuffer.wrap(sign1().sign(key).toJson()))
          .isEqualTo(decoder.decode(ByteBuffer.wrap(blob), null, 1 << 20));
    }
  }
}
