package io.reprise.ingest.rest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request target taken apart (protocol.md §1.2).
 *
 * @param components percent-decoded one by one, empty ones left out
 * @param query undecoded text behind {@code ?}; null if there is none
 */
record RequestPath(List<String> components, @Nullable String query) {
  /** Bytes of path and query together. */
  private static final int LIMIT = 3072;

  /** @throws ApiError 414 if too long, 400 for a component that begins with a dot or is not decodable */
  static RequestPath parse(String target) {
    if (target.length() > LIMIT) { // a request line is ASCII
      throw new ApiError(414, "the URL is longer than " + LIMIT + " bytes");
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    var components = new ArrayList<String>();
    for (String component : path.split("/")) {
      if (component.isEmpty()) continue;
      String decoded = Parameters.percentDecoded(component, false);
      if (decoded.startsWith(".")) {
        throw ApiError.badRequest("a path component must not begin with a dot");
      }
      components.add(decoded);
    }
    return new RequestPath(components, question < 0 ? null : target.substring(question + 1));
  }
}
