// SPDX-License-Identifier: Apache-2.0
// Bounds what clients that are not let in can write into the log.

import NIOCore
import Synchronization

/// Lets so many refusals of a listener onto the log a minute, and counts the others.
final class RefusalLog: Sendable {
    /// What becomes of one refusal.
    enum Admission: Equatable {
        case log
        /// The first one that is left out; at the given time somebody is to say how many there were.
        case beginSuppressing(until: NIODeadline)
        case suppress
    }

    private struct State {
        var minuteEnds = NIODeadline.uptimeNanoseconds(0)
        var count = 0
        /// Left out and not told of yet, in this minute or before.
        var suppressed = 0
    }

    private let state = Mutex(State())

    func admission(at now: NIODeadline, limit: Int) -> Admission {
        state.withLock { state in
            if now >= state.minuteEnds {
                state.minuteEnds = now + .minutes(1)
                state.count = 0
            }
            state.count += 1
            guard state.count > limit else { return .log }
            state.suppressed += 1
            return state.count == limit + 1 ? .beginSuppressing(until: state.minuteEnds) : .suppress
        }
    }

    /// How many were left out since this was asked last.
    func takeSuppressed() -> Int {
        state.withLock { state in
            defer { state.suppressed = 0 }
            return state.suppressed
        }
    }
}
