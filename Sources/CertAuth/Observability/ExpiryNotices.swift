// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Records which certificates were reported as expiring soon, so that each is reported once a day.
final class ExpiryNotices: Sendable {
    /// The maximum number of certificates a day, 32 bytes each and their overhead. Further ones are only counted in the
    /// metric.
    static let mostCertificates = 4_096

    private struct State {
        var day: Int64?
        var given: Set<Thumbprint> = []
    }

    private let state = Mutex(State())

    /// Whether the certificate with this SHA-256 must be reported now: it was not yet on the day (UTC) of `now`.
    func take(for certificate: Thumbprint, at now: Timestamp) -> Bool {
        let seconds = now.secondsSince1970
        let day = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
        return state.withLock { state in
            if state.day != day { state = State(day: day) }
            return state.given.count < Self.mostCertificates && state.given.insert(certificate).inserted
        }
    }

    /// Remembers what `former` has reported, so that a reload reports nothing again.
    func takeOver(from former: ExpiryNotices) {
        let known = former.state.withLock { $0 }
        state.withLock { state in
            if state.day == nil { state = known }
        }
    }

    /// Records that the certificate was not reported after all.
    func giveBack(_ certificate: Thumbprint) { state.withLock { _ = $0.given.remove(certificate) } }
}
