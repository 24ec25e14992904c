package io.reprise.datastore.key;

import io.reprise.datastore.BadFormat;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM as PBS lays it out: IV (16 bytes), tag (16), cipher text (datastore.md §2.2, §2.3, §5.4). Keeps its cipher
 * and a buffer, so it belongs to one thread at a time.
 */
public final class Sealer {
  public static final int IV_BYTES = 16;
  public static final int TAG_BYTES = 16;
  /** IV and tag: what a sealed text is longer than its plain text. */
  public static final int OVERHEAD = IV_BYTES + TAG_BYTES;

  private final Cipher cipher;
  private final SecureRandom random = new SecureRandom();
  private byte[] scratch = new byte[0];

  public Sealer() {
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has AES/GCM", e);
    }
  }

  /**
   * Seals under a fresh random IV.
   *
   * @param out gets IV, tag and cipher text from {@code outOffset} on, {@link #OVERHEAD} + length bytes; the
   *     {@link #TAG_BYTES} bytes behind that must exist and are overwritten
   */
  public void seal(CryptKey key, byte[] in, int offset, int length, byte[] out, int outOffset) {
    seal(key, freshIv(), in, offset, length, out, outOffset);
  }

  /** With an IV of the caller's: for test vectors only, an IV used twice gives the key away. */
  void seal(CryptKey key, byte[] iv, byte[] in, int offset, int length, byte[] out, int outOffset) {
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key.secret(), new GCMParameterSpec(TAG_BYTES * 8, iv));
      int text = outOffset + OVERHEAD;
      cipher.doFinal(in, offset, length, out, text); // the JDK puts the tag last
      System.arraycopy(out, text + length, out, outOffset + IV_BYTES, TAG_BYTES);
      System.arraycopy(iv, 0, out, outOffset, IV_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM: " + e.getMessage(), e);
    }
  }

  private byte[] freshIv() {
    byte[] iv = new byte[IV_BYTES];
    random.nextBytes(iv);
    return iv;
  }

  /**
   * Opens what lies between position and limit of {@code sealed}, which is not moved.
   *
   * @param out where the plain text goes, {@code sealed.remaining() - OVERHEAD} bytes from 0 on
   * @return false if the tag does not fit: another key, or damaged
   * @throws BadFormat if there is not even room for IV and tag
   */
  public boolean open(CryptKey key, ByteBuffer sealed, byte[] out) throws BadFormat {
    int length = sealed.remaining() - OVERHEAD;
    if (length < 0) {
      throw new BadFormat("encrypted data of %d bytes is cut off".formatted(sealed.remaining()));
    }
    int start = sealed.position();
    byte[] iv = new byte[IV_BYTES];
    sealed.get(start, iv);
    byte[] in = scratch(length + TAG_BYTES);
    sealed.get(start + OVERHEAD, in, 0, length);
    sealed.get(start + IV_BYTES, in, length, TAG_BYTES);
    try {
      cipher.init(Cipher.DECRYPT_MODE, key.secret(), new GCMParameterSpec(TAG_BYTES * 8, iv));
      cipher.doFinal(in, 0, length + TAG_BYTES, out, 0);
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM: " + e.getMessage(), e);
    }
  }

  private byte[] scratch(int length) {
    if (scratch.length < length) scratch = new byte[length];
    return scratch;
  }

  /** The sealed text in an array of its own. */
  static byte[] sealAlone(CryptKey key, byte @Nullable [] iv, byte[] plain) {
    var sealer = new Sealer();
    byte[] out = new byte[OVERHEAD + plain.length + TAG_BYTES];
    sealer.seal(key, iv == null ? sealer.freshIv() : iv, plain, 0, plain.length, out, 0);
    return Arrays.copyOf(out, OVERHEAD + plain.length);
  }
}
