package io.reprise.datastore.key;

import io.reprise.datastore.BadFormat;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.KeyParameter;

/** How a key file turns a passphrase into a key (datastore.md §5.4). What a file asks for is bounded before it is done. */
sealed interface Derivation {
  int KEY_BITS = 256;
  int SALT_BYTES = 32;

  /** 32 bytes. */
  byte[] derive(byte[] passphrase);

  /** @throws BadFormat if the parameters are impossible, or would take more memory or time than any real key file does */
  void check() throws BadFormat;

  /** Memory is 128·N·r bytes, work is p times that. */
  record Scrypt(long n, long r, long p, byte[] salt) implements Derivation {
    private static final long MAX_MEMORY = 1025L << 20; // PBS's limit
    private static final long MAX_WORK = 4L << 30;

    static Scrypt standard(byte[] salt) {
      return new Scrypt(65_536, 8, 1, salt);
    }

    @Override
    public void check() throws BadFormat {
      boolean possible = n > 1 && Long.bitCount(n) == 1 && r >= 1 && p >= 1;
      if (possible && r < 4) possible = n < 1L << (16 * r); // by the definition of scrypt
      if (!possible
          || n > MAX_MEMORY / 128 / r
          || p > MAX_MEMORY / 128 / r
          || n + p > MAX_MEMORY / 128 / r) {
        throw new BadFormat(
            "key file: scrypt parameters n=%d r=%d p=%d are impossible or need more than 1025 MiB: the file is damaged"
                .formatted(n, r, p));
      }
      long memory = 128 * (n + p) * r;
      if (p > MAX_WORK / memory) {
        throw new BadFormat(
            "key file: scrypt parameter p=" + p + " would take hours: the file is damaged");
      }
      if (memory > Runtime.getRuntime().maxMemory() / 4 * 3) {
        throw new BadFormat(
            "key file: scrypt needs %d MiB of memory: allow more, e.g. with java -Xmx2g"
                .formatted(memory >> 20));
      }
    }

    @Override
    public byte[] derive(byte[] passphrase) {
      return SCrypt.generate(passphrase, salt, (int) n, (int) r, (int) p, KEY_BITS / 8);
    }
  }

  record Pbkdf2(long iterations, byte[] salt) implements Derivation {
    private static final long MAX_ITERATIONS = 50_000_000; // half a minute

    static Pbkdf2 standard(byte[] salt) {
      return new Pbkdf2(65_535, salt);
    }

    @Override
    public void check() throws BadFormat {
      if (iterations < 1 || iterations > MAX_ITERATIONS) {
        throw new BadFormat("key file: %d PBKDF2 iterations, expected 1 to %d: the file is damaged"
            .formatted(iterations, MAX_ITERATIONS));
      }
    }

    @Override
    public byte[] derive(byte[] passphrase) {
      return pbkdf2(passphrase, salt, (int) iterations);
    }
  }

  /** PBKDF2-HMAC-SHA256, 32 bytes. The JDK's own takes neither raw bytes nor an empty salt. */
  static byte[] pbkdf2(byte[] password, byte[] salt, int iterations) {
    var generator = new PKCS5S2ParametersGenerator(SHA256Digest.newInstance());
    generator.init(password, salt, iterations);
    return ((KeyParameter) generator.generateDerivedParameters(KEY_BITS)).getKey();
  }
}
