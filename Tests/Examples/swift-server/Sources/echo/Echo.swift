// An echo server on the loopback interface, which serves some clients of its own and then says what the allocator holds.

import Bulwark
import NIOCore
import NIOPosix

/// Sends back what comes.
final class EchoHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.writeAndFlush(data, promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: Error) { context.close(promise: nil) }
}

/// Sends some messages, one after the other, and compares what comes back.
final class ClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let promise: EventLoopPromise<Int>
    private var remaining: Int
    private var expected = ByteBuffer()
    private var received = ByteBuffer()
    private var byteCount = 0

    init(messages: Int, _ promise: EventLoopPromise<Int>) {
        remaining = messages
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    private func send(_ context: ChannelHandlerContext) {
        guard remaining > 0 else {
            promise.succeed(byteCount)
            context.close(promise: nil)
            return
        }
        expected = ByteBuffer(repeating: UInt8(truncatingIfNeeded: remaining), count: remaining * 977 % 20_000 + 1)
        received = ByteBuffer()
        remaining -= 1
        context.writeAndFlush(wrapOutboundOut(expected), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        received.writeBuffer(&part)
        guard received.readableBytes >= expected.readableBytes else { return }
        guard received == expected else {
            promise.fail(ChannelError.eof)
            return
        }
        byteCount += received.readableBytes
        send(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: Error) { promise.fail(error) }
}

@main
struct Echo {
    static func main() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = try ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(EchoHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        guard let address = server.localAddress else { throw ChannelError.unknownLocalAddress }
        var byteCount = 0
        for _ in 0..<20 {
            let promise = group.next().makePromise(of: Int.self)
            _ = try ClientBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ClientHandler(messages: 200, promise))
                    }
                }
                .connect(to: address).wait()
            byteCount += try promise.futureResult.wait()
        }
        let statistics = Statistics.current()
        let json = String(unsafeUninitializedCapacity: 1 << 16) {
            let buffer = UnsafeMutableRawPointer($0.baseAddress!).assumingMemoryBound(to: CChar.self)
            return Swift.min(Statistics.writeJSON(to: buffer, capacity: $0.count), $0.count - 1)
        }
        print("\(String(cString: bulwarkVariant())): \(byteCount) bytes echoed")
        print("\(statistics.liveCount) blocks in use, \(statistics.liveBytes) bytes; \(statistics.guardCount) guards")
        print(json)
        try server.close().wait()
        try group.syncShutdownGracefully()
    }
}
