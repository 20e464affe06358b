// SPDX-License-Identifier: Apache-2.0
// A call that lasts does not outlive the verdict that let its client in.

#if GRPC
internal import CertAuth
internal import GRPCCore

/// Asks at each message of a call, in or out, whether its client is still to be let in.
///
/// As long as nothing has changed this costs a look at the clock and at what evidence and policy are in force.
struct CallWatch: Sendable {
    let authentication: ConnectionAuthentication

    /// - Throws: `RPCError` with the status of `CallRefusal`, from the first refusal on.
    func check() async throws {
        guard let result = await authentication.reexamine(), let code = result.refusalCode else { return }
        throw CallRefusal(code).counted.error
    }

    /// The messages of the client, up to its refusal.
    func messages<Message: Sendable>(
        _ messages: RPCAsyncSequence<Message, any Error>
    ) -> RPCAsyncSequence<Message, any Error> {
        RPCAsyncSequence(
            wrapping: messages.map { message in
                try await check()
                return message
            }
        )
    }

    /// Writes to the client, up to its refusal.
    func writer<Message: Sendable>(_ writer: RPCWriter<Message>) -> RPCWriter<Message> {
        RPCWriter(wrapping: WatchedWriter(watch: self, writer: writer))
    }
}

private struct WatchedWriter<Element: Sendable>: RPCWriterProtocol {
    let watch: CallWatch
    let writer: RPCWriter<Element>

    func write(_ element: Element) async throws {
        try await watch.check()
        try await writer.write(element)
    }

    func write(contentsOf elements: some Sequence<Element>) async throws {
        try await watch.check()
        try await writer.write(contentsOf: elements)
    }
}

extension CallRefusal {
    private static let counters = CounterFamily("certauth.requests_refused", by: "code")

    /// The refusal, once it has been counted.
    var counted: CallRefusal {
        Self.counters.increment(code.rawValue)
        return self
    }
}
#endif
