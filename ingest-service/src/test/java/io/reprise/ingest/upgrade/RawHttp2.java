package io.reprise.ingest.upgrade;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client of an upgraded connection that sends exactly what it is told, wrong things too. A thread of its own reads what
 * comes back, unless told not to.
 */
public final class RawHttp2 implements AutoCloseable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;
  public static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int INITIAL_WINDOW = 4;
  private static final int MAX_STREAMS = 3;
  private static final int MAX_FRAME = 5;
  private static final long TIMEOUT_SECONDS = 60;

  private final Socket socket;
  private final Socket lowest;
  private final OutputStream out;
  private final DataInputStream in;
  private final String head;
  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

  // Guarded by this.
  private final Map<Integer, Answer> answers = new HashMap<>();
  private final Map<Integer, Long> streamCredit = new HashMap<>();
  private final Map<Integer, Long> settings = new HashMap<>();
  private long connectionCredit = 65_535;
  private long initialWindow = 65_535;
  private int maxFrame = 16_384;
  private int nextStream = 1;
  private long goAway = -1;
  private boolean acknowledged;
  private boolean over;

  /** What came back on a stream. */
  public static final class Answer {
    private int status;
    private String type = "";
    private long reset = -1;
    private boolean ended;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    public int status() {
      return status;
    }

    public String type() {
      return type;
    }

    /** HTTP/2 error code of a RST_STREAM, −1 if there was none. */
    public long reset() {
      return reset;
    }

    public String text() {
      return body.toString(StandardCharsets.UTF_8);
    }

    public byte[] bytes() {
      return body.toByteArray();
    }

    @Override
    public String toString() {
      return status + " " + text() + (reset >= 0 ? " reset " + reset : "");
    }
  }

  public RawHttp2(Socket socket, @Nullable String upgrade) throws IOException {
    this(socket, socket, upgrade);
  }

  /**
   * Takes an open connection, before or behind the 101.
   *
   * @param lowest what TLS is on; the same where there is none
   * @param upgrade the HTTP/1.1 request to send first, null to begin with the preface
   */
  public RawHttp2(Socket socket, Socket lowest, @Nullable String upgrade) throws IOException {
    this.socket = socket;
    this.lowest = lowest;
    out = socket.getOutputStream();
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    if (upgrade != null) {
      out.write(upgrade.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      head = readHead();
      if (!head.startsWith("HTTP/1.1 101 ")) throw refused(head);
    } else {
      head = "";
    }
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, setting(INITIAL_WINDOW, Integer.MAX_VALUE));
    frame(WINDOW_UPDATE, 0, 0, number(Integer.MAX_VALUE - 65_535));
  }

  /** The answer to the upgrade was not 101. */
  public static final class Refused extends IOException {
    private final int status;

    public Refused(int status, String text) {
      super(status + " " + text);
      this.status = status;
    }

    public int status() {
      return status;
    }
  }

  private Refused refused(String head) throws IOException {
    var length = Pattern.compile("(?i)\r\ncontent-length: (\\d+)").matcher(head);
    int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
    String text = new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    return new Refused(Integer.parseInt(head.substring(9, 12)), text);
  }

  /** The answer to the upgrade, up to the empty line. */
  public String head() {
    return head;
  }

  /** Reads what the server sends from now on. */
  public RawHttp2 reading() {
    Thread.ofVirtual().start(this::readAll);
    return this;
  }

  private String readHead() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) throw new EOFException("closed after: " + head);
      head.append((char) b);
    }
    return head.toString();
  }

  private void readAll() {
    try {
      while (true) readFrame();
    } catch (IOException | Http2Exception e) {
      synchronized (this) {
        over = true;
        notifyAll();
      }
    }
  }

  private void readFrame() throws IOException, Http2Exception {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) throw new EOFException();
    synchronized (this) {
      switch (type) {
        case DATA -> answers.computeIfAbsent(stream, s -> new Answer()).body.writeBytes(payload);
        case HEADERS -> head(stream, payload);
        case RST_STREAM -> {
          Answer answer = answers.computeIfAbsent(stream, s -> new Answer());
          answer.reset = ByteBuffer.wrap(payload).getInt();
          answer.ended = true;
        }
        case SETTINGS -> settings(flags, payload);
        case GOAWAY -> goAway = ByteBuffer.wrap(payload).getInt(4);
        case WINDOW_UPDATE -> {
          long more = ByteBuffer.wrap(payload).getInt();
          if (stream == 0) connectionCredit += more;
          else streamCredit.merge(stream, more, Long::sum);
        }
        default -> {}
      }
      if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
        answers.get(stream).ended = true;
      }
      notifyAll();
    }
    // Outside the lock: who sends holds the stream first, and this after it.
    if (type != SETTINGS || (flags & ACK) != 0) return;
    frame(SETTINGS, ACK, 0, new byte[0]);
    synchronized (this) {
      acknowledged = true;
      maxFrame = settings.getOrDefault(MAX_FRAME, (long) maxFrame).intValue();
      notifyAll();
    }
  }

  private void head(int stream, byte[] payload) throws Http2Exception {
    ByteBuf block = Unpooled.wrappedBuffer(payload);
    Http2Headers headers = decoder.decodeHeaders(stream, block);
    Answer answer = answers.computeIfAbsent(stream, s -> new Answer());
    answer.status = Integer.parseInt(String.valueOf(headers.status()));
    CharSequence type = headers.get("content-type");
    answer.type = type == null ? "" : type.toString();
  }

  private void settings(int flags, byte[] payload) throws IOException {
    if ((flags & ACK) != 0) return;
    var buffer = ByteBuffer.wrap(payload);
    while (buffer.hasRemaining()) {
      int id = buffer.getShort();
      long value = buffer.getInt() & 0xffff_ffffL;
      settings.put(id, value);
      if (id == INITIAL_WINDOW) {
        long delta = value - initialWindow;
        initialWindow = value;
        streamCredit.replaceAll((stream, credit) -> credit + delta);
      }
    }
  }

  private static byte[] setting(int id, int value) {
    return ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** Any frame. */
  public void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    var frame = ByteBuffer.allocate(9 + payload.length);
    frame.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).put(payload);
    synchronized (out) {
      out.write(frame.array());
      out.flush();
    }
  }

  /** Whatever it is. */
  public void bytes(byte[] bytes) throws IOException {
    synchronized (out) {
      out.write(bytes);
      out.flush();
    }
  }

  public int localPort() {
    return socket.getLocalPort();
  }

  /** @return the new stream */
  public int headers(String method, String path, boolean end, String... more) throws IOException {
    Http2Headers headers = new DefaultHttp2Headers(false)
        .method(method)
        .path(path)
        .scheme("https")
        .authority("localhost:8007");
    for (int i = 0; i < more.length; i += 2) headers.set(more[i], more[i + 1]);
    synchronized (out) {
      int stream;
      ByteBuf block = Unpooled.buffer();
      synchronized (this) {
        stream = nextStream;
        nextStream += 2;
        streamCredit.put(stream, initialWindow);
      }
      try {
        encoder.encodeHeaders(stream, headers, block);
      } catch (Http2Exception e) {
        throw new IOException(e);
      }
      byte[] all = ByteBufUtil.getBytes(block);
      int first = Math.min(all.length, 16_384);
      int flags = (end ? END_STREAM : 0) | (first == all.length ? END_HEADERS : 0);
      frame(HEADERS, flags, stream, Arrays.copyOf(all, first));
      for (int at = first; at < all.length; at += 16_384) {
        int next = Math.min(all.length, at + 16_384);
        flags = next == all.length ? END_HEADERS : 0;
        frame(CONTINUATION, flags, stream, Arrays.copyOfRange(all, at, next));
      }
      return stream;
    }
  }

  /** Sends a body as flow control allows. */
  public void body(int stream, byte[] bytes, boolean end) throws IOException {
    int at = 0;
    do {
      int part;
      synchronized (this) {
        long deadline = deadline();
        while (!over && at < bytes.length && credit(stream) <= 0) {
          if (wasReset(stream)) return;
          await(deadline);
        }
        if (over) throw new EOFException("the server closed the connection");
        part = (int) Math.min(Math.min(bytes.length - at, maxFrame), Math.max(0, credit(stream)));
        connectionCredit -= part;
        streamCredit.merge(stream, (long) -part, Long::sum);
      }
      boolean last = end && at + part == bytes.length;
      frame(DATA, last ? END_STREAM : 0, stream, Arrays.copyOfRange(bytes, at, at + part));
      at += part;
    } while (at < bytes.length);
  }

  private long credit(int stream) {
    return Math.min(connectionCredit, streamCredit.getOrDefault(stream, 0L));
  }

  /** Bytes that the server would take on that stream now. */
  public synchronized long streamCredit(int stream) {
    return streamCredit.getOrDefault(stream, 0L);
  }

  private boolean wasReset(int stream) {
    Answer answer = answers.get(stream);
    return answer != null && answer.reset >= 0;
  }

  private boolean answerEnded(int stream) {
    Answer answer = answers.get(stream);
    return answer != null && answer.ended;
  }

  public Answer call(String method, String path, String... headers) throws IOException {
    return answer(headers(method, path, true, headers));
  }

  public Answer upload(String method, String path, byte[] body, String... headers)
      throws IOException {
    int stream = headers(method, path, false, headers);
    body(stream, body, true);
    return answer(stream);
  }

  public Answer json(String method, String path, String json) throws IOException {
    return upload(
        method, path, json.getBytes(StandardCharsets.UTF_8), "content-type", "application/json");
  }

  /** Waits for the end of an answer. */
  public synchronized Answer answer(int stream) throws IOException {
    long deadline = deadline();
    while (!answerEnded(stream)) {
      if (over) throw new EOFException("the server closed the connection, error " + goAway);
      await(deadline);
    }
    return answers.get(stream);
  }

  /** What has come on that stream so far, null if nothing. */
  public synchronized @Nullable Answer peek(int stream) {
    return answers.get(stream);
  }

  /** Waits until the server has closed the connection. @return its GOAWAY's error code, −1 if it sent none */
  public synchronized long awaitEnd() throws IOException {
    long deadline = deadline();
    while (!over) await(deadline);
    return goAway;
  }

  public synchronized boolean isOver() {
    return over;
  }

  /** A setting as the server sent it; waits for its first, and until the server may hold us to it. */
  public synchronized long setting(int id) throws IOException {
    long deadline = deadline();
    while (!settings.containsKey(id) || !acknowledged) await(deadline);
    return settings.get(id);
  }

  public long initialWindow() throws IOException {
    return setting(INITIAL_WINDOW);
  }

  public long maxStreams() throws IOException {
    return setting(MAX_STREAMS);
  }

  private static long deadline() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
  }

  private void await(long deadline) throws IOException {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    try {
      if (millis <= 0) throw new TimeoutException("nothing came in time");
      wait(millis);
    } catch (InterruptedException | TimeoutException e) {
      throw new IOException(e);
    }
  }

  /** As the process that is killed does: with a reset. */
  public void vanish() throws IOException {
    lowest.setSoLinger(true, 0);
    lowest.close();
  }

  /** Without a word. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
