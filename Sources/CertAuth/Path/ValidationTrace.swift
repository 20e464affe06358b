// SPDX-License-Identifier: Apache-2.0
// The paths that were tried on the way to a verdict.

/// One path that was tried, with the findings against it.
public struct PathAttempt: Sendable, Hashable {
    /// Leaf first; the last one is an anchor unless `endsAtAnchor` is false.
    public let certificates: [TracedCertificate]
    /// Whether the path ends at a trust anchor.
    package let endsAtAnchor: Bool
    /// What is wrong with the path, in the order of the checks, at most `findingCapacity`; empty for a path that holds.
    public let findings: [Finding]
    /// How many findings were left out.
    package let omittedFindings: Int

    /// The most findings kept of one path.
    package static let findingCapacity = 6
    /// The longest message kept in a trace, in UTF-8 bytes; the failure itself has the whole message.
    static let messageBytes = 384

    package init(certificates: [TracedCertificate], endsAtAnchor: Bool, findings: [Finding]) {
        self.certificates = certificates
        self.endsAtAnchor = endsAtAnchor
        self.findings = findings.prefix(Self.findingCapacity).map { $0.shortened(toBytes: Self.messageBytes) }
        omittedFindings = findings.count - self.findings.count
    }

    /// About how much memory it takes, texts shared with other attempts not counted.
    fileprivate var estimatedBytes: Int {
        128 + certificates.count * 8 + findings.reduce(0) { $0 + 96 + $1.message.utf8.count }
    }
}

/// The paths tried for one presented chain, in the order they were tried: values of bounded size, no certificates.
public struct ValidationTrace: Sendable, Hashable {
    /// At most `capacity` attempts and about `byteCapacity` bytes; further ones are only counted.
    public private(set) var attempts: [PathAttempt] = []
    /// How many attempts were left out.
    package private(set) var omittedAttempts = 0
    /// Whether each signature of a path to a trust anchor was verified, so that an authority has certified the client.
    package private(set) var hasVerifiedSignatures = false
    private var bytes = 0

    /// The most attempts kept: enough to explain, not enough to fill a log.
    package static let capacity = 16
    /// About how many bytes attempts may take; the first one is always kept, and takes less. A cached refusal and an open
    /// connection keep a trace, and strangers decide how long the texts in it are.
    package static let byteCapacity = 12 * 1024

    /// Nothing was tried.
    package static let empty = ValidationTrace()

    package init() {}

    /// How many attempts there were, those left out included.
    package var count: Int { attempts.count + omittedAttempts }

    package mutating func record(_ attempt: PathAttempt) {
        var added = attempt.estimatedBytes
        for certificate in attempt.certificates where !holds(certificate) { added += certificate.estimatedBytes }
        guard attempts.isEmpty || attempts.count < Self.capacity && bytes + added <= Self.byteCapacity else {
            omittedAttempts += 1
            return
        }
        bytes += added
        attempts.append(attempt)
    }

    /// Notes that each signature of a path to a trust anchor was verified.
    package mutating func signaturesDidVerify() { hasVerifiedSignatures = true }

    /// About how much memory it takes.
    package var estimatedBytes: Int { 64 + bytes }

    private func holds(_ certificate: TracedCertificate) -> Bool {
        attempts.contains { $0.certificates.contains { $0.isSameStorage(as: certificate) } }
    }
}
