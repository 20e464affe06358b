// SPDX-License-Identifier: Apache-2.0
// Decrypts and encrypts application data, for clients that were admitted.

import CertAuthOpenSSL
import NIOCore

extension TLSServerHandler {
    /// The largest plaintext of one TLS record.
    private static let recordSize = 16 * 1024
    /// The smallest read buffer that is efficient.
    private static let smallestRead = 512
    /// How much ciphertext is collected before it is written to the channel.
    private static let sendSize = 64 * 1024

    /// Releases the data that has arrived, then sends the writes that waited for it.
    func exchange(_ context: ChannelHandlerContext) {
        while state.releasesPlaintext, let tls {
            // No record contains more plaintext than ciphertext. A record that arrived in parts takes several reads.
            let size = min(Self.recordSize, max(Self.smallestRead, tls.unreadCount))
            var plaintext = context.channel.allocator.buffer(capacity: size)
            var outcome = TLSOutcome.wantsMoreInput
            plaintext.writeWithOutputRawSpan(minimumWritableBytes: size) { outcome = tls.read(into: &$0) }
            guard lateExchangeDidProceed(outcome, tls, context) else { return }
            switch outcome {
            case .complete:
                state.didDeliver()
                context.fireChannelRead(wrapInboundOut(plaintext))
                guard lateExchange == nil, self.tls?.hasUnreadInput == false else { continue }
                encryptMarkedWrites(context)
                return
            case .wantsMoreInput:
                encryptMarkedWrites(context)
                return
            case .closed:
                peerDidSendCloseNotify(context)
                return
            case .failed(let failure):
                fail(brokenConnection(failure), context)
                self.tls = nil
                return
            }
        }
    }

    /// Encrypts every write up to the last flush. Small writes share one record.
    func encryptMarkedWrites(_ context: ChannelHandlerContext) {
        var written: [EventLoopPromise<Void>] = []
        encryption: while state.encrypts, let tls, var next = outgoing ?? takeMarkedWrites() {
            guard next.bytes.readableBytes > 0 else {
                written += next.promises
                outgoing = nil
                continue
            }
            switch tls.write(next.bytes.readableBytesSpan) {
            case .complete(let count):
                next.bytes.moveReaderIndex(forwardBy: count)
                let isWhole = next.bytes.readableBytes == 0
                if isWhole { written += next.promises }
                outgoing = isWhole ? nil : next
                guard tls.unsentCount >= Self.sendSize else { continue }
                sendUnsent(context, fulfilling: written)
                written = []
            case .wantsMoreInput, .closed:
                outgoing = next
                break encryption
            case .failed(let failure):
                outgoing = next
                fail(brokenConnection(failure), context)
                break encryption
            }
        }
        sendUnsent(context, fulfilling: written)
    }

    /// The first flushed write, together with the following ones that fit into the same record.
    private func takeMarkedWrites() -> OutgoingPlaintext? {
        guard pendingWrites.hasMark, let first = pendingWrites.popFirst() else { return nil }
        var taken = OutgoingPlaintext(bytes: first.bytes, promises: first.promise.map { [$0] } ?? [])
        while pendingWrites.hasMark, let next = pendingWrites.first,
            taken.bytes.readableBytes + next.bytes.readableBytes <= Self.recordSize
        {
            var bytes = next.bytes
            taken.bytes.writeBuffer(&bytes)
            if let promise = next.promise { taken.promises.append(promise) }
            _ = pendingWrites.popFirst()
        }
        return taken
    }

    private func brokenConnection(_ failure: TLSFailure) -> TLSServerError {
        let alert = failure.sentAlert?.description
        // A late certificate that was refused before it was decoded.
        return validator.refusal(alert: alert)
            ?? .protocolFailure(
                reason: sentence(of: failure),
                sentAlert: alert,
                receivedAlert: failure.receivedAlert?.description
            )
    }

    /// Writes OpenSSL's output to the channel, without flushing it. The channel completes the promises in its order,
    /// even if there is no output.
    func sendUnsent(_ context: ChannelHandlerContext, fulfilling promises: [EventLoopPromise<Void>] = []) {
        let output = tls?.takeUnsent() ?? []
        guard !output.isEmpty || !promises.isEmpty else { return }
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

/// Plaintext that OpenSSL is encrypting, and the promises to complete once all of it has been written.
struct OutgoingPlaintext {
    var bytes: ByteBuffer
    var promises: [EventLoopPromise<Void>]
}
