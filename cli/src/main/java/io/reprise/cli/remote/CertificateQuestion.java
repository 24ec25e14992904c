package io.reprise.cli.remote;

import io.reprise.cli.terminal.Messages;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.connect.CertificateFingerprint;
import io.reprise.protocol.connect.TrustDecision;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Asks on a terminal whether an unknown certificate is to be trusted and remembers the answer (cli.md §1.4). A changed
 * certificate needs more than a {@code y}. Without a terminal the answer is no.
 */
final class CertificateQuestion implements TrustDecision {
  private static final String QUESTION = "Are you sure you want to continue connecting? (y/n): ";
  private static final String CHANGED = "replace";

  private final Surroundings at;
  private final Fingerprints known;
  private final boolean remember;

  /** @param remember false if {@code PBS_FINGERPRINT} is set: what the environment says is not stored */
  CertificateQuestion(Surroundings at, Fingerprints known, boolean remember) {
    this.at = at;
    this.known = known;
    this.remember = remember;
  }

  @Override
  public boolean accept(
      String host, CertificateFingerprint presented, @Nullable CertificateFingerprint expected) {
    Messages messages = at.messages();
    if (expected != null) {
      messages.warn("WARNING: certificate fingerprint does not match expected fingerprint!");
      messages.warn("expected:    " + expected);
    }
    if (!at.terminal().stdinIsTerminal()) {
      messages.warn("certificate validation failed - "
          + host
          + " shows the certificate "
          + presented
          + "; if it is the right one, set PBS_FINGERPRINT to that, or connect once from a"
          + " terminal");
      return false;
    }
    messages.warn("fingerprint: " + presented);
    boolean accepted = expected == null ? asked() : askedAboutChange();
    if (accepted && remember) {
      try {
        known.store(host, presented.text());
      } catch (IOException e) {
        messages.warn("the fingerprint could not be stored: " + e.getMessage());
      }
    }
    return accepted;
  }

  private boolean asked() {
    while (true) {
      switch (answer(QUESTION)) {
        case "y", "Y" -> {
          return true;
        }
        case "n", "N" -> {
          return false;
        }
        default -> {} // a stray Enter is no answer
      }
    }
  }

  private boolean askedAboutChange() {
    return answer("The certificate of this server has changed. Type '"
            + CHANGED
            + (remember
                ? "' to trust the new one from now on: "
                : "' to trust the new one this time: "))
        .equals(CHANGED);
  }

  private String answer(String question) {
    at.err().print(question);
    at.err().flush();
    try {
      return at.terminal().readLine();
    } catch (IOException end) {
      return "n";
    }
  }
}
