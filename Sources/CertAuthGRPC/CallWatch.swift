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
    /// Shorter calls end before anything but their messages has to be watched.
    private static let shortCall = Duration.milliseconds(200)
    /// The wall clock may be set, so it is looked at this often at least.
    private static let longestWait = Duration.seconds(600)

    private let authentication: ConnectionAuthentication
    private let cancellation: ServerContext.RPCCancellationHandle
    /// Why the call is over.
    private let refusal = Mutex<RPCError?>(nil)

    init(_ authentication: ConnectionAuthentication, _ cancellation: ServerContext.RPCCancellationHandle) {
        self.authentication = authentication
        self.cancellation = cancellation
    }

    /// - Throws: `RPCError` with the status of `CallRefusal`, from the first refusal on.
    func check() async throws(RPCError) {
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
        guard let result = await authentication.reexamine(), let code = result.refusalCode else { return }
        let (error, isFirst) = refusal.withLock { refusal in
            let error = refusal ?? CallRefusal(code).error
            defer { refusal = error }
            return (error, refusal == nil)
        }
        if isFirst { _ = CallRefusal(code).counted }
        throw error
    }

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
        try await withThrowingTaskGroup(of: Result?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await body() }
            group.addTask {
                try await self.waitForRefusal()
                return nil
            }
            do {
                while let finished = try await group.next() {
                    guard let finished else { continue }
                    try await check()
                    return finished
                }
                throw CancellationError()
            } catch {
                throw refusal.withLock { $0 } ?? error
            }
        }
    }

    /// Returns when the task is cancelled.
    private func waitForRefusal() async throws {
        guard (try? await Task.sleep(for: Self.shortCall)) != nil else { return }
        while !Task.isCancelled {
            do throws(RPCError) {
                try await check()
            } catch {
                // gRPC tells methods through this handle, not through their task.
                cancellation.cancel()
                throw error
            }
            await waitForChange()
        }
    }

    /// Waits until the verdict ends or something has changed that it rests on.
    private func waitForChange() async {
        let (changes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        authentication.observe { if case .doubted = $0 { continuation.yield() } }
        defer { authentication.endObservation() }
        let wait = timeLeft
        await withTaskGroup { group in
            group.addTask { for await _ in changes { return } }
            group.addTask { try? await Task.sleep(for: wait) }
            await group.next()
            group.cancelAll()
        }
    }

    private var timeLeft: Duration {
        guard let end = authentication.acceptedUntil else { return Self.longestWait }
        let now = authentication.authenticator.options.clock.now().millisecondsSince1970
        let (left, overflows) = end.millisecondsSince1970.subtractingReportingOverflow(now)
        // The verdict still holds at its last moment.
        return overflows ? Self.longestWait : min(Self.longestWait, .milliseconds(max(0, left)) + .milliseconds(1))
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
