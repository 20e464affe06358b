// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// Limits the log lines about refused clients of a listener per minute, and counts the suppressed ones.
final class RefusalLog: Sendable {
    /// What to do with one refusal.
    enum Admission: Equatable {
        case log
        /// The first one that is suppressed. At the given time the caller must log the number of suppressed lines.
        case beginSuppressing(until: NIODeadline)
        case suppress
    }

    private struct State {
        var minuteEnds = NIODeadline.uptimeNanoseconds(0)
        var count = 0
        /// Suppressed and not reported yet, in this minute or before.
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

    /// The number of suppressed lines since the last call.
    func takeSuppressed() -> Int {
        state.withLock { state in
            defer { state.suppressed = 0 }
            return state.suppressed
        }
    }
}
