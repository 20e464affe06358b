// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore

/// Counts the open connections of a listener. Its listening channels share it, and have one event loop, which it is
/// confined to.
final class ConnectionLimit {
    let whenFull: FullListenerAction
    private let most: Int
    private var openCount = 0
    private var report: FullListenerReport
    /// Listening channels that wait for a connection to end.
    private var waiting: [() -> Void] = []

    init(limit: Int, whenFull: FullListenerAction, logger: Logger) {
        most = limit
        self.whenFull = whenFull
        report = FullListenerReport(limit: limit, whenFull: whenFull, logger: logger)
    }

    var isFull: Bool { openCount >= most }

    func connectionDidOpen() { openCount += 1 }

    func connectionDidClose() {
        openCount -= 1
        let resumptions = waiting
        waiting = []
        for resume in resumptions { resume() }
    }

    /// Calls `resume` once, after a connection has ended. The limit may be reached again by then.
    func wait(_ resume: @escaping () -> Void) { waiting.append(resume) }

    func limitWasMet(on loop: any EventLoop) {
        if report.limitWasMet(at: loop.now) { endReport(after: FullListenerReport.calm, on: loop) }
    }

    private func endReport(after time: TimeAmount, on loop: any EventLoop) {
        loop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            guard let self, let time = self.report.endIfCalm(isFull: self.isFull, at: loop.now) else { return }
            self.endReport(after: time, on: loop)
        }
    }
}
