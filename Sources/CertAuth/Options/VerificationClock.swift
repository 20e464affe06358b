// SPDX-License-Identifier: Apache-2.0
// Where "now" comes from; read once, at the edge.

/// A source of the current time.
public struct VerificationClock: Sendable {
    private let read: @Sendable () -> Timestamp

    /// Takes the time from `now` at every question.
    public init(_ now: @escaping @Sendable () -> Timestamp) { read = now }

    /// The wall clock.
    public static let system = VerificationClock { Timestamp.now }

    /// A clock that stands still.
    public static func fixed(_ moment: Timestamp) -> VerificationClock { VerificationClock { moment } }

    /// The time it shows.
    public func now() -> Timestamp { read() }
}
