// SPDX-License-Identifier: Apache-2.0

package import CertAuth
package import NIOCore

/// Validates the client of an open connection again when its verdict expires. Must be used on the connection's event
/// loop.
///
/// It uses at most one timer, and none if the verdict does not expire. A change may concern every connection, so each
/// validation waits for its slice (`LoopSlices`). Requests do not wait for it: they compare their verdicts themselves.
package final class VerdictWatch {
    /// A timer follows the loop's clock, but a verdict the wall clock, which can be changed. So the wall clock is
    /// checked at least this often.
    private static let longestTimer = TimeAmount.minutes(10)

    private let client: any WatchedClient
    private let loop: any EventLoop
    private let validations: LoopSlices
    private let validationTimeout: TimeAmount
    private let refuse: (AuthenticationFailure) -> Void
    private var timer: Scheduled<Void>?
    private var task: Task<Void, Never>?
    /// Whether something has changed since the current validation began.
    private var hasChangedAgain = false
    private var hasEnded = false
    /// The identity of the watch in `validations`. Not the watch itself, which work that waits must not keep.
    private let turn = Turn()

    private final class Turn: Sendable {}

    /// - Parameters:
    ///   - validations: the validations of all connections of the event loop.
    ///   - validationTimeout: how long hooks and fetching may take. A client that is not validated by then is refused.
    ///   - refuse: called once, on the loop, after the watch has ended.
    package init(
        of client: any WatchedClient,
        on loop: any EventLoop,
        validations: LoopSlices,
        validationTimeout: TimeAmount,
        refuse: @escaping (AuthenticationFailure) -> Void
    ) {
        self.client = client
        self.loop = loop
        self.validations = validations
        self.validationTimeout = validationTimeout
        self.refuse = refuse
    }

    /// Starts to observe the client, which may already have been accepted.
    package func begin() {
        let this = NIOLoopBound(WeakWatch(watch: self), eventLoop: loop)
        let (loop, validations, turn) = (loop, validations, turn)
        client.observe { change in
            switch change {
            case .accepted(let end): loop.execute { this.value.watch?.verdictWasMade(until: end) }
            case .doubted(let isUrgent):
                validations.add([LoopSlices.Item(of: turn) { this.value.watch?.validate() }], isUrgent: isUrgent)
            }
        }
    }

    /// Ends the watch. No client is refused afterwards.
    package func end() {
        guard !hasEnded else { return }
        hasEnded = true
        client.endObservation()
        validations.remove(ObjectIdentifier(turn))
        timer?.cancel()
        timer = nil
        task?.cancel()
        task = nil
    }

    /// Validates the client again.
    func validate() {
        guard !hasEnded else { return }
        guard task == nil else {
            hasChangedAgain = true
            return
        }
        hasChangedAgain = false
        timer?.cancel()
        let answer = loop.makePromise(of: AuthenticationResult?.self)
        // On the loop until it first waits, so that the pause after a slice follows its work.
        task = Task.begun { [client] in answer.succeed(await client.revalidate()) }
        timer = loop.assumeIsolated().scheduleTask(in: validationTimeout) { [weak self] in
            self?.end(by: AuthenticationFailure(code: .internalError, message: "the client was not validated in time"))
        }
        answer.futureResult.assumeIsolated().whenSuccess { [weak self] in self?.validationDidEnd(with: $0) }
    }

    /// Validates the client again in its slice.
    private func validateInTurn() {
        let this = NIOLoopBound(WeakWatch(watch: self), eventLoop: loop)
        validations.add([LoopSlices.Item(of: turn) { this.value.watch?.validate() }])
    }

    private func verdictWasMade(until end: Timestamp?) {
        guard !hasEnded, task == nil else { return }
        wait(until: end)
    }

    private func validationDidEnd(with result: AuthenticationResult?) {
        guard !hasEnded else { return }
        task = nil
        timer?.cancel()
        switch result {
        case nil, .success?:
            if hasChangedAgain { validateInTurn() } else { wait(until: client.acceptedUntil) }
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
        // The verdict is still valid at its last moment.
        let (left, isFar) = end.millisecondsSince1970.subtractingReportingOverflow(
            clock.now().millisecondsSince1970 - 1
        )
        let longest = Self.longestTimer
        let time = isFar || left > longest.nanoseconds / 1_000_000 ? longest : .milliseconds(max(1, left))
        timer = loop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            guard let self else { return }
            if clock.now() > end { self.validateInTurn() } else { self.wait(until: end) }
        }
    }

    private func end(by failure: AuthenticationFailure) {
        guard !hasEnded else { return }
        end()
        refuse(failure)
    }
}

/// Prevents callbacks on other threads from keeping the connection alive.
private struct WeakWatch {
    weak var watch: VerdictWatch?
}
