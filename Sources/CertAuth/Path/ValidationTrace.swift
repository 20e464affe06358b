// SPDX-License-Identifier: Apache-2.0
// What was tried on the way to a verdict.

/// One path that was tried, with everything that was found against it.
public struct PathAttempt: Sendable, Hashable {
    /// Leaf first; the last one is an anchor unless `endsAtAnchor` is false.
    public let certificates: [Certificate]
    /// Whether the path ends at a trust anchor.
    public let endsAtAnchor: Bool
    /// What broke, in the order of the checks; empty for a path that holds.
    public let findings: [Finding]

    package init(certificates: [Certificate], endsAtAnchor: Bool, findings: [Finding]) {
        self.certificates = certificates
        self.endsAtAnchor = endsAtAnchor
        self.findings = findings
    }
}

/// The paths tried for one presented chain, in the order they were tried.
public struct ValidationTrace: Sendable, Hashable {
    /// At most `capacity` attempts; further ones are only counted.
    public private(set) var attempts: [PathAttempt] = []
    /// How many attempts were left out.
    public private(set) var omittedAttempts = 0

    /// The most attempts kept: enough to explain, not enough to fill a log.
    public static let capacity = 16

    /// Nothing was tried.
    public static let empty = ValidationTrace()

    package init() {}

    package mutating func record(_ attempt: PathAttempt) {
        guard attempts.count < Self.capacity else {
            omittedAttempts += 1
            return
        }
        attempts.append(attempt)
    }
}
