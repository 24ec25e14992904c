package io.reprise.protocol.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.reprise.datastore.Hex;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server sends: each request ends with an answer of bounded size or an IOException, and no buffer is lost. */
class AnswerFuzzTest {
  private static final int MAX = 1_000;

  /** SETTINGS, then answers of stream 3: HEADERS and DATA. */
  static Stream<byte[]> answers() {
    String settings = "000000 04 00 00000000 ";
    return Stream.of(
            settings + "000001 01 04 00000003 88"
                + "00000d 00 01 00000003 7b2264617461223a6e756c6c7d",
            settings + "000001 01 04 00000003 8d" + "000004 00 01 00000003 6f6f7073",
            settings + "000004 03 00 00000003 00000008",
            settings + "000008 07 00 00000000 00000003 00000000",
            "000006 04 00 00000000 0003 00000001" + "000004 08 00 00000000 00001000")
        .map(Hex::bytes);
  }

  @MethodSource("answers")
  @FuzzTest
  void answer(byte[] sent) throws Exception {
    var allocator = new UnpooledByteBufAllocator(false, false);
    var http2 = Http2Client.create();
    var channel = new EmbeddedChannel();
    channel.config().setAllocator(allocator);
    channel.pipeline().addLast(http2);
    var answer = new WholeAnswer(allocator, MAX);
    http2.send(
        new DefaultHttp2Headers().method("GET").scheme("https").authority("a").path("/"),
        null,
        answer);
    channel.writeInbound(Unpooled.wrappedBuffer(sent));
    channel.finishAndReleaseAll();
    assertThat(answer.result()).isDone();
    try {
      ByteBuf body = answer.result().get();
      assertThat(body.readableBytes()).isLessThanOrEqualTo(MAX);
      body.release();
    } catch (ExecutionException failed) {
      assertThat(failed).hasCauseInstanceOf(IOException.class);
    }
    assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
        .isZero();
  }
}
