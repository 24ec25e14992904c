package io.reprise.ingest.node;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.json.Json;
import io.reprise.ingest.tls.ServerCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;

/** A certificate as it is shown (protocol.md §5.7). */
final class CertificateItem {
  /** Kinds of alternative names that are shown: mail, DNS name, URI (RFC 5280 §4.2.1.6); PBS leaves addresses out. */
  private static final Set<Integer> TEXTS = Set.of(1, 2, 6);

  /** Key algorithms by the names of OpenSSL, which PBS shows. */
  private static final Map<String, String> KEY_TYPES =
      Map.of("RSA", "rsaEncryption", "EC", "id-ecPublicKey");

  private CertificateItem() {}

  static ObjectNode of(ServerCertificate served) throws IOException {
    try {
      var leaf = (X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(served.chain()));
      ObjectNode item = Json.object()
          .put("filename", "proxy.pem")
          .put("subject", name(leaf.getSubjectX500Principal()))
          .put("issuer", name(leaf.getIssuerX500Principal()));
      ArrayNode names = item.putArray("san");
      Collection<List<?>> alternatives = leaf.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> name : alternatives) {
          if (TEXTS.contains(name.get(0))) names.add(String.valueOf(name.get(1)));
        }
      }
      PublicKey key = leaf.getPublicKey();
      item.put("notbefore", leaf.getNotBefore().toInstant().getEpochSecond())
          .put("notafter", leaf.getNotAfter().toInstant().getEpochSecond())
          .put("fingerprint", served.fingerprint())
          .put("pem", new String(served.chain(), StandardCharsets.US_ASCII))
          .put("public-key-type", KEY_TYPES.getOrDefault(key.getAlgorithm(), key.getAlgorithm()));
      if (key instanceof RSAPublicKey rsa) {
        item.put("public-key-bits", rsa.getModulus().bitLength());
      } else if (key instanceof ECPublicKey ec) {
        item.put("public-key-bits", ec.getParams().getCurve().getField().getFieldSize());
      }
      return item;
    } catch (CertificateException e) {
      throw new IOException("proxy.pem holds no certificate in PEM: " + e.getMessage(), e);
    }
  }

  /** {@code O = …, OU = …, CN = …}: in the certificate's order, as OpenSSL prints it. */
  private static String name(X500Principal principal) throws CertificateException {
    try {
      return new LdapName(principal.getName())
          .getRdns().stream()
              .map(part -> part.getType() + " = " + part.getValue())
              .collect(Collectors.joining(", "));
    } catch (InvalidNameException e) {
      throw new CertificateException(e);
    }
  }
}
