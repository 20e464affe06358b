// SPDX-License-Identifier: Apache-2.0
// Has the client of an open connection judged again when its verdict ends.

package import CertAuth
package import NIOCore

/// Watches over the verdict that let one client in; belongs to the connection's event loop.
///
/// One timer at most runs for it, and none where the verdict does not end by itself.
package final class VerdictWatch {
    /// A timer follows the loop's clock, a verdict the wall clock, which may be set: so the wall clock is looked at
    /// this often at least.
    private static let longestTimer = TimeAmount.minutes(10)

    private let client: any WatchedClient
    private let loop: any EventLoop
    private let judgementTimeout: TimeAmount
    private let refuse: (AuthenticationFailure) -> Void
    private var timer: Scheduled<Void>?
    private var task: Task<Void, Never>?
    /// Something has changed since the judgement under way began.
    private var isDoubtedAgain = false
    private var hasEnded = false

    /// - Parameters:
    ///   - judgementTimeout: how long hooks and fetching may take; a client that is not judged by then is refused.
    ///   - refuse: called once, on the loop; the watch is over by then.
    package init(
        of client: any WatchedClient,
        on loop: any EventLoop,
        judgementTimeout: TimeAmount,
        refuse: @escaping (AuthenticationFailure) -> Void
    ) {
        self.client = client
        self.loop = loop
        self.judgementTimeout = judgementTimeout
        self.refuse = refuse
    }

    /// Begins to listen; the client may have been accepted already.
    package func begin() {
        let this = NIOLoopBound(WeakWatch(watch: self), eventLoop: loop)
        let loop = loop
        client.observe { change in
            loop.execute { this.value.watch?.verdictDidChange(change) }
        }
    }

    /// Ends everything; nobody is refused after it.
    package func end() {
        guard !hasEnded else { return }
        hasEnded = true
        client.endObservation()
        timer?.cancel()
        timer = nil
        task?.cancel()
        task = nil
    }

    /// Asks whether the client is still to be let in.
    func judge() {
        guard !hasEnded else { return }
        guard task == nil else {
            isDoubtedAgain = true
            return
        }
        isDoubtedAgain = false
        timer?.cancel()
        let answer = loop.makePromise(of: AuthenticationResult?.self)
        // Not on the loop, for many connections may be doubted at once, and nobody waits.
        task = Task { [client] in answer.succeed(await client.reexamine()) }
        timer = loop.assumeIsolated().scheduleTask(in: judgementTimeout) { [weak self] in
            self?.end(by: AuthenticationFailure(code: .internalError, message: "the client was not judged in time"))
        }
        answer.futureResult.assumeIsolated().whenSuccess { [weak self] in self?.judgementDidEnd(with: $0) }
    }

    private func verdictDidChange(_ change: VerdictChange) {
        guard !hasEnded else { return }
        switch change {
        case .accepted(let end): if task == nil { wait(until: end) }
        case .doubted: judge()
        }
    }

    private func judgementDidEnd(with result: AuthenticationResult?) {
        guard !hasEnded else { return }
        task = nil
        timer?.cancel()
        switch result {
        case nil, .success?:
            if isDoubtedAgain { judge() } else { wait(until: client.acceptedUntil) }
        case .noResult(let reason)?:
            let message = "after a new check, the client is not authenticated"
            end(by: AuthenticationFailure(code: reason.code, message: message))
        case .failure(let failure)?:
            end(by: failure)
        }
    }

    private func wait(until end: Timestamp?) {
        timer?.cancel()
        timer = nil
        guard let end, let clock = client.verdictClock else { return }
        // The verdict holds at its very end still.
        let (left, isFar) = end.millisecondsSince1970.subtractingReportingOverflow(
            clock.now().millisecondsSince1970 - 1
        )
        let longest = Self.longestTimer
        let time = isFar || left > longest.nanoseconds / 1_000_000 ? longest : .milliseconds(max(1, left))
        timer = loop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            guard let self else { return }
            if clock.now() > end { self.judge() } else { self.wait(until: end) }
        }
    }

    private func end(by failure: AuthenticationFailure) {
        guard !hasEnded else { return }
        end()
        refuse(failure)
    }
}

/// Callbacks of other threads keep no connection alive.
private struct WeakWatch {
    weak var watch: VerdictWatch?
}
