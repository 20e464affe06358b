// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// Limits the log lines about failed connections of a listener per minute and code, and counts the suppressed ones.
///
/// The codes are those of `TLSServerError`, so memory is bounded.
final class RefusalLog: Sendable {
    /// What to do with one failed connection.
    enum Admission: Equatable {
        case log
        /// The first one that is suppressed. At the given time the caller must log the number of suppressed lines.
        case beginSuppressing(until: NIODeadline)
        case suppress
    }

    /// The lines that were suppressed.
    struct Suppressed: Equatable {
        let count: Int
        /// The codes and their numbers, `tls-protocol 12, handshake-timeout 5`.
        let codes: String
    }

    private struct State {
        var minuteEnds = NIODeadline.uptimeNanoseconds(0)
        /// The lines of this minute, by code.
        var counts: [String: Int] = [:]
        /// Suppressed and not reported yet, in this minute or before, by code.
        var suppressed: [String: Int] = [:]
        var isReportDue = false
    }

    private let state = Mutex(State())

    func admission(of code: String, at now: NIODeadline, limit: Int) -> Admission {
        state.withLock { state in
            if now >= state.minuteEnds {
                state.minuteEnds = now + .minutes(1)
                state.counts = [:]
            }
            state.counts[code, default: 0] += 1
            guard state.counts[code, default: 0] > limit else { return .log }
            state.suppressed[code, default: 0] += 1
            guard !state.isReportDue else { return .suppress }
            state.isReportDue = true
            return .beginSuppressing(until: state.minuteEnds)
        }
    }

    /// What was suppressed since the last call; nil if nothing was.
    func takeSuppressed() -> Suppressed? {
        let codes = state.withLock { state in
            defer { (state.suppressed, state.isReportDue) = ([:], false) }
            return state.suppressed
        }
        guard !codes.isEmpty else { return nil }
        let text = codes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
        return Suppressed(count: codes.values.reduce(0, +), codes: text.joined(separator: ", "))
    }
}
