// SPDX-License-Identifier: Apache-2.0
// Plaintext out of ciphertext and back, for clients that have been let in.

import CertAuthOpenSSL
import NIOCore

extension TLSServerHandler {
    /// The largest plaintext of one TLS record.
    private static let recordSize = 16 * 1024
    /// How much ciphertext is gathered before it is handed to the channel.
    private static let sendSize = 64 * 1024

    /// Releases what has arrived, then sends what waited for it.
    func exchange(_ context: ChannelHandlerContext) {
        while state.releasesPlaintext, let tls {
            var plaintext = context.channel.allocator.buffer(capacity: Self.recordSize)
            var outcome = TLSOutcome.wantsMoreInput
            plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.recordSize) { target in
                outcome = tls.read(into: target)
                if case .complete(let count) = outcome { return count }
                return 0
            }
            guard lateExchangeDidProceed(outcome, tls, context) else { return }
            switch outcome {
            case .complete:
                hasDelivered = true
                isReadRequested = false
                context.fireChannelRead(wrapInboundOut(plaintext))
            case .wantsMoreInput:
                sendUnsent(context)
                encryptMarkedWrites(context)
                return
            case .closed:
                peerDidSayGoodbye(context)
                return
            case .failed(let failure):
                fail(brokenConnection(failure), context)
                return
            }
        }
    }

    /// Encrypts every write up to the last flush.
    func encryptMarkedWrites(_ context: ChannelHandlerContext) {
        var written: [EventLoopPromise<Void>] = []
        encryption: while state.encrypts, pendingWrites.hasMark, let tls, let next = pendingWrites.first {
            switch encrypt(next.bytes, tls) {
            case .complete:
                _ = pendingWrites.popFirst()
                if let promise = next.promise { written.append(promise) }
                guard tls.unsentCount >= Self.sendSize else { continue }
                sendUnsent(context, fulfilling: written)
                written = []
            case .wantsMoreInput, .closed:
                break encryption
            case .failed(let failure):
                fail(brokenConnection(failure), context)
                break encryption
            }
        }
        sendUnsent(context, fulfilling: written)
    }

    /// Encrypts one write; what is left of it after a suspension stays first in line.
    private func encrypt(_ bytes: ByteBuffer, _ tls: TLSConnection) -> TLSOutcome {
        var rest = bytes
        while rest.readableBytes > 0 {
            let outcome = rest.withUnsafeReadableBytes { tls.write($0) }
            guard case .complete(let count) = outcome else {
                pendingWrites[pendingWrites.startIndex].bytes = rest
                return outcome
            }
            rest.moveReaderIndex(forwardBy: count)
        }
        return .complete(bytes.readableBytes)
    }

    private func brokenConnection(_ failure: TLSFailure) -> TLSServerError {
        .protocolFailure(
            reason: failure.cause.description,
            sentAlert: failure.sentAlert?.description,
            receivedAlert: failure.receivedAlert?.description
        )
    }

    /// Hands OpenSSL's output to the channel, without flushing it.
    func sendUnsent(_ context: ChannelHandlerContext, fulfilling promises: [EventLoopPromise<Void>] = []) {
        let output = tls?.takeUnsent() ?? []
        guard !output.isEmpty else {
            for promise in promises { promise.succeed() }
            return
        }
        var ciphertext = context.channel.allocator.buffer(capacity: output.count)
        ciphertext.writeBytes(output)
        guard promises.count > 1 else {
            context.write(wrapOutboundOut(ciphertext), promise: promises.first)
            return
        }
        let sent = context.eventLoop.makePromise(of: Void.self)
        for promise in promises { sent.futureResult.cascade(to: promise) }
        context.write(wrapOutboundOut(ciphertext), promise: sent)
    }
}
