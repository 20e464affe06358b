// SPDX-License-Identifier: Apache-2.0

#if GRPC
internal import CertAuth
internal import GRPCCore
internal import Synchronization

/// Checks that a call's client is still accepted: before each message, and at the start and end of the call.
///
/// As long as nothing has changed, a check only compares the clock, the evidence and the policy.
final class CallWatch: Sendable {
    private struct State: Sendable {
        /// Why the call was ended.
        var refusal: RPCError?
        /// Cancels the method's task.
        var cancel: (@Sendable () -> Void)?
        var isBeingValidated = false
    }

    private let authentication: ConnectionAuthentication
    private let cancellation: ServerContext.RPCCancellationHandle
    private let monitor: CallMonitor
    private let state = Mutex(State())

    init(
        _ authentication: ConnectionAuthentication,
        _ cancellation: ServerContext.RPCCancellationHandle,
        _ monitor: CallMonitor
    ) {
        self.authentication = authentication
        self.cancellation = cancellation
        self.monitor = monitor
    }

    /// - Throws: `RPCError` with the status of `CallRefusal`, from the first refusal on.
    func check() async throws(RPCError) {
        if let refusal { throw refusal }
        guard let result = await authentication.revalidate(), let found = CallRefusal(result) else { return }
        let (error, isFirst) = state.withLock { state in
            let error = state.refusal ?? found.error
            defer { state.refusal = error }
            return (error, state.refusal == nil)
        }
        if isFirst { _ = found.counted }
        throw error
    }

    private var refusal: RPCError? { state.withLock { $0.refusal } }

    /// Returns the client's messages, with a check of each. The end of the stream is checked too, because a method may
    /// commit there what it has received.
    func messages<Message: Sendable>(
        _ messages: RPCAsyncSequence<Message, any Error>
    ) -> RPCAsyncSequence<Message, any Error> {
        RPCAsyncSequence(wrapping: WatchedMessages(watch: self, messages: messages))
    }

    /// Returns a writer that stops at the client's refusal.
    func writer<Message: Sendable>(_ writer: RPCWriter<Message>) -> RPCWriter<Message> {
        RPCWriter(wrapping: WatchedWriter(watch: self, writer: writer))
    }

    /// Runs a part of the call. If the client is refused meanwhile, the part is cancelled, even while no message
    /// passes.
    ///
    /// - Throws: the error of `body`; `RPCError` with the status of `CallRefusal` once the client is refused, even if
    ///   `body` returns normally.
    func run<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        let task = Task { try await body() }
        state.withLock { $0.cancel = { task.cancel() } }
        monitor.begin(self)
        defer {
            monitor.end(self)
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

    /// Starts a new check of the client if its acceptance may no longer be valid; does not wait.
    func checkWhileNoMessagePasses() {
        guard authentication.isDoubtful else { return }
        let isNew = state.withLock { state in
            guard !state.isBeingValidated, state.refusal == nil else { return false }
            state.isBeingValidated = true
            return true
        }
        guard isNew else { return }
        Task {
            try? await check()
            let cancel = state.withLock { state in
                state.isBeingValidated = false
                return state.refusal == nil ? nil : state.cancel
            }
            guard let cancel else { return }
            // gRPC notifies methods through the handle, Swift concurrency through their task.
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

    /// Counts the refusal and returns it.
    var counted: CallRefusal {
        Self.counters.increment(code.rawValue)
        return self
    }
}
#endif
