// SPDX-License-Identifier: Apache-2.0
// A call that lasts does not outlive the verdict that let its client in.

#if GRPC
internal import CertAuth
internal import GRPCCore
internal import Synchronization

/// Checks before each message of a call, and at both of its ends, whether its client is still accepted.
///
/// As long as nothing has changed a check costs a look at the clock and at the evidence and policy in force.
final class CallWatch: Sendable {
    private struct State: Sendable {
        /// Why the call is over.
        var refusal: RPCError?
        /// Cancels the method.
        var cancel: (@Sendable () -> Void)?
        var isBeingJudged = false
    }

    private let authentication: ConnectionAuthentication
    private let cancellation: ServerContext.RPCCancellationHandle
    private let patrol: CallPatrol
    private let state = Mutex(State())

    init(
        _ authentication: ConnectionAuthentication,
        _ cancellation: ServerContext.RPCCancellationHandle,
        _ patrol: CallPatrol
    ) {
        self.authentication = authentication
        self.cancellation = cancellation
        self.patrol = patrol
    }

    /// - Throws: `RPCError` with the status of `CallRefusal`, from the first refusal on.
    func check() async throws(RPCError) {
        if let refusal { throw refusal }
        guard let result = await authentication.reexamine(), let found = CallRefusal(result) else { return }
        let (error, isFirst) = state.withLock { state in
            let error = state.refusal ?? found.error
            defer { state.refusal = error }
            return (error, state.refusal == nil)
        }
        if isFirst { _ = found.counted }
        throw error
    }

    private var refusal: RPCError? { state.withLock { $0.refusal } }

    /// The messages of the client. Its end of stream is checked too: a method commits what it has received there.
    func messages<Message: Sendable>(
        _ messages: RPCAsyncSequence<Message, any Error>
    ) -> RPCAsyncSequence<Message, any Error> {
        RPCAsyncSequence(wrapping: WatchedMessages(watch: self, messages: messages))
    }

    /// Writes to the client, up to its refusal.
    func writer<Message: Sendable>(_ writer: RPCWriter<Message>) -> RPCWriter<Message> {
        RPCWriter(wrapping: WatchedWriter(watch: self, writer: writer))
    }

    /// Runs a part of the call, and ends it when the client is refused meanwhile, also while no message passes.
    ///
    /// - Throws: what `body` throws; `RPCError` with the status of `CallRefusal` once the client is refused, also where
    ///   `body` has not noticed.
    func run<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        let task = Task { try await body() }
        state.withLock { $0.cancel = { task.cancel() } }
        patrol.begin(self)
        defer {
            patrol.end(self)
            state.withLock { $0.cancel = nil }
        }
        do {
            let result = try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
            try await check()
            return result
        } catch {
            throw refusal ?? error
        }
    }

    /// Has the client judged if something has changed that its acceptance rests on; does not wait.
    func checkWhileNoMessagePasses() {
        guard authentication.isDoubtful else { return }
        let isNew = state.withLock { state in
            guard !state.isBeingJudged, state.refusal == nil else { return false }
            state.isBeingJudged = true
            return true
        }
        guard isNew else { return }
        Task {
            try? await check()
            let cancel = state.withLock { state in
                state.isBeingJudged = false
                return state.refusal == nil ? nil : state.cancel
            }
            guard let cancel else { return }
            // gRPC tells methods through the handle, Swift through their task.
            cancellation.cancel()
            cancel()
        }
    }
}

private struct WatchedMessages<Message: Sendable>: AsyncSequence, Sendable {
    let watch: CallWatch
    let messages: RPCAsyncSequence<Message, any Error>

    struct AsyncIterator: AsyncIteratorProtocol {
        let watch: CallWatch
        var iterator: RPCAsyncSequence<Message, any Error>.AsyncIterator

        mutating func next() async throws -> Message? { try await next(isolation: nil) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Message? {
            let message = try await iterator.next(isolation: actor)
            try await watch.check()
            return message
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(watch: watch, iterator: messages.makeAsyncIterator())
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
