package io.reprise.ingest.store;

import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The parameters {@code keep-last} … {@code keep-yearly} (datastore.md §8.1). */
final class KeepParams {
  static final List<Param<Long>> ALL = Stream.of(
          "keep-last", "keep-hourly", "keep-daily", "keep-weekly", "keep-monthly", "keep-yearly")
      .map(name -> Param.of(name, Type.integer(1, Integer.MAX_VALUE)).orNothing())
      .toList();

  private KeepParams() {}

  /** Those that were given, as they stand in configuration files. */
  static Map<String, String> of(Call call) {
    var keeps = new LinkedHashMap<String, String>();
    for (Param<Long> param : ALL) {
      Long keep = call.find(param);
      if (keep != null) keeps.put(param.name(), keep.toString());
    }
    return keeps;
  }
}
