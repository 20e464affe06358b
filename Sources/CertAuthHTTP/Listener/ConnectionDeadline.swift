// SPDX-License-Identifier: Apache-2.0
// One deadline of a connection that moves with every step, for the price of a comparison.

package import NIOCore

/// The moment by which a connection must have done its next step; belongs to the connection's event loop.
///
/// A step moves it several times a request, so the loop's timer stays where it is: one that fires early looks at where
/// the deadline stands by then.
package final class ConnectionDeadline {
    private let loop: any EventLoop
    private let expire: () -> Void
    private var due: NIODeadline?
    private var timer: (task: Scheduled<Void>, at: NIODeadline)?

    /// - Parameter expire: called on the loop when the deadline has passed; it may be moved again from there.
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

    /// There is no deadline until it is moved again.
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
