// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// The deadline for a connection's next step; confined to the connection's event loop.
///
/// Each request moves the deadline several times. To save timers, moving it later keeps the scheduled timer: one that
/// fires early is scheduled again for the current deadline.
package final class ConnectionDeadline {
    private let loop: any EventLoop
    private let expire: () -> Void
    private var due: NIODeadline?
    private var timer: (task: Scheduled<Void>, at: NIODeadline)?

    /// - Parameter expire: called on the event loop when the deadline has passed. It may move the deadline again.
    package init(on loop: any EventLoop, expire: @escaping () -> Void) {
        self.loop = loop
        self.expire = expire
    }

    deinit { timer?.task.cancel() }

    /// Moves the deadline to `time` from now.
    package func move(to time: TimeAmount) {
        let due = loop.now + time
        self.due = due
        if let timer {
            guard due < timer.at else { return }
            timer.task.cancel()
        }
        schedule(at: due)
    }

    /// Removes the deadline until it is moved again.
    package func lift() { due = nil }

    private func schedule(at time: NIODeadline) {
        let task = loop.assumeIsolated().scheduleTask(deadline: time) { [weak self] in
            guard let self else { return }
            self.timerDidFire()
        }
        timer = (task, time)
    }

    private func timerDidFire() {
        timer = nil
        guard let due else { return }
        guard loop.now >= due else { return schedule(at: due) }
        self.due = nil
        expire()
    }
}
