// pulsar's frames are those of Netty's LengthFieldPrepender and LengthFieldBasedFrameDecoder.
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.*;
import io.netty.channel.*;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.*;

class Netty {
    static final ByteBuf HEARTBEAT = Unpooled.wrappedBuffer("HEARTBEAT".getBytes());
    static final ByteBuf PING = Unpooled.wrappedBuffer("ping".getBytes());

    static void expect(boolean right, String what) {
        if (right) return;
        System.err.println(what);
        System.exit(1);
    }

    static ByteBuf payload(int number) {
        byte[] content = new byte[100_000 * number / 99];
        for (int i = 0; i < content.length; i++) content[i] = (byte) ((number + i) % 251);
        return Unpooled.wrappedBuffer(content);
    }

    /** Checks 100 frames, 50 at a time with a heartbeat between, and the end after ours. */
    static class Pipeline extends SimpleChannelInboundHandler<ByteBuf> {
        int echoes = 0;
        int sent = 0;

        @Override public void channelActive(ChannelHandlerContext context) {
            for (; sent < 50; sent++) context.writeAndFlush(payload(sent));
        }

        @Override protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
            if (!frame.equals(HEARTBEAT)) {
                expect(frame.equals(payload(echoes)), "wrong echo " + echoes);
                echoes++;
            } else if (echoes == sent) {
                for (; sent < 99; sent++) context.write(payload(sent));
                context.writeAndFlush(payload(sent++)).addListener(
                    written -> ((SocketChannel) context.channel()).shutdownOutput());
            }
        }

        @Override public void channelInactive(ChannelHandlerContext context) {
            expect(echoes == 100, "no more echoes");
        }
    }

    /** Prints the microseconds of each of 100 round trips. */
    static class PingPong extends SimpleChannelInboundHandler<ByteBuf> {
        int trips = 0;
        long begun = System.nanoTime();

        @Override public void channelActive(ChannelHandlerContext context) {
            begun = System.nanoTime();
            context.writeAndFlush(PING.retainedDuplicate());
        }

        @Override protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
            expect(frame.equals(PING), "wrong echo");
            System.out.println((System.nanoTime() - begun) / 1000);
            if (++trips < 100) channelActive(context);
            else context.close();
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        var loop = new NioEventLoopGroup(1);
        var handler = arguments[2].equals("pipeline") ? new Pipeline() : new PingPong();
        new Bootstrap().group(loop).channel(NioSocketChannel.class)
            .handler(new ChannelInitializer<SocketChannel>() {
                @Override protected void initChannel(SocketChannel channel) {
                    channel.pipeline().addLast(new LengthFieldPrepender(4),
                        new LengthFieldBasedFrameDecoder(1 << 20, 0, 4, 0, 4), handler);
                }
            })
            .connect(arguments[0], Integer.parseInt(arguments[1])).sync()
            .channel().closeFuture().sync();
        loop.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    }
}
