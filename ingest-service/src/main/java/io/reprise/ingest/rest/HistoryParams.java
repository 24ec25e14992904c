package io.reprise.ingest.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.Locale;

/**
 * What histories are asked for (protocol.md §5.2). No history is kept yet: an answer has the points of time that were
 * asked for, and leaves out the values, as is done for those that are not known.
 */
public final class HistoryParams {
  public static final Param<Frame> TIMEFRAME = Param.of("timeframe", Type.of(Frame::parse));
  public static final Param<String> CONSOLIDATION = Param.of("cf", Type.oneOf("AVERAGE", "MAX"));

  private HistoryParams() {}

  /** The points of the frame that ends now. */
  public static ArrayNode points(Call call) {
    Frame frame = call.get(TIMEFRAME);
    long last = Instant.now().getEpochSecond() / frame.step * frame.step;
    ArrayNode points = JsonNodeFactory.instance.arrayNode();
    for (int i = frame.points - 1; i >= 0; i--) {
      points.addObject().put("time", last - i * frame.step);
    }
    return points;
  }

  /** Seconds between points, and number of points. */
  public enum Frame {
    HOUR(60, 61),
    DAY(60, 1440),
    WEEK(1800, 337),
    MONTH(1800, 1440),
    YEAR(21_600, 1440),
    DECADE(604_800, 523);

    private final long step;
    private final int points;

    Frame(long step, int points) {
      this.step = step;
      this.points = points;
    }

    private static Frame parse(String text) {
      for (Frame frame : values()) {
        if (frame.name().toLowerCase(Locale.ROOT).equals(text)) return frame;
      }
      throw new IllegalArgumentException("expected hour, day, week, month, year or decade");
    }
  }
}
