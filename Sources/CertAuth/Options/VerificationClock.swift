// SPDX-License-Identifier: Apache-2.0

/// A source of the current time.
public struct VerificationClock: Sendable {
    private let read: @Sendable () -> Timestamp

    /// Creates a clock that calls `now` whenever the time is read.
    public init(_ now: @escaping @Sendable () -> Timestamp) { read = now }

    /// The system's wall clock.
    public static let system = VerificationClock { Timestamp.now }

    /// A clock that always shows `moment`.
    public static func fixed(_ moment: Timestamp) -> VerificationClock { VerificationClock { moment } }

    /// Reads the current time.
    public func now() -> Timestamp { read() }
}
