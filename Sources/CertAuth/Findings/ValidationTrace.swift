// SPDX-License-Identifier: Apache-2.0

/// One path that was tried, with the findings against it.
package struct PathAttempt: Sendable, Hashable {
    /// The end-entity certificate first. The last one is an anchor unless `endsAtAnchor` is false.
    package let certificates: [TracedCertificate]
    /// Whether the path ends at a trust anchor.
    package let endsAtAnchor: Bool
    /// The findings against the path, in the order of the checks, at most `findingCapacity`. Empty if the path is
    /// valid.
    package let findings: [Finding]
    /// The number of findings that were left out.
    package let omittedFindings: Int

    /// The maximum number of findings kept for one path.
    package static let findingCapacity = 6
    /// The maximum length of a message in a trace, in UTF-8 bytes. The failure itself contains the whole message.
    static let messageBytes = 384

    package init(certificates: [TracedCertificate], endsAtAnchor: Bool, findings: [Finding]) {
        self.certificates = certificates
        self.endsAtAnchor = endsAtAnchor
        self.findings = findings.prefix(Self.findingCapacity).map { $0.shortened(toBytes: Self.messageBytes) }
        omittedFindings = findings.count - self.findings.count
    }

    /// An estimate of its memory in bytes, without texts shared with other attempts.
    fileprivate var estimatedBytes: Int {
        128 + certificates.count * 8 + findings.reduce(0) { $0 + 96 + $1.message.utf8.count }
    }
}

/// The paths tried for one presented chain, in the order they were tried. Its size is bounded, and it contains no
/// certificates.
public struct ValidationTrace: Sendable, Hashable, CustomStringConvertible {
    /// At most `capacity` attempts and about `byteCapacity` bytes. Further attempts are only counted.
    package private(set) var attempts: [PathAttempt] = []
    /// The number of attempts that were left out.
    package private(set) var omittedAttempts = 0
    /// Whether every signature of a path to a trust anchor was verified, so that a CA has certified the client.
    package private(set) var hasVerifiedSignatures = false
    private var bytes = 0

    /// The maximum number of attempts kept.
    package static let capacity = 16
    /// The approximate maximum size of the attempts in bytes. The first attempt is always kept and is smaller. The
    /// limit exists because cached refusals and open connections keep a trace, and unauthenticated clients decide the
    /// length of its texts.
    package static let byteCapacity = 12 * 1024

    /// A trace without attempts.
    package static let empty = ValidationTrace()

    package init() {}

    /// One line for each attempt: the subjects of its path, the end-entity certificate first, and what was found.
    public var description: String {
        attempts.map { attempt in
            let path = attempt.certificates.map(\.subject).joined(separator: " <- ")
            let findings = attempt.findings.map(\.description)
            return "\(path): \(findings.isEmpty ? "valid" : findings.joined(separator: "; "))"
        }.joined(separator: "\n")
    }

    /// The number of attempts, including those left out.
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

    /// Records that every signature of a path to a trust anchor was verified.
    package mutating func signaturesDidVerify() { hasVerifiedSignatures = true }

    /// An estimate of its memory in bytes.
    package var estimatedBytes: Int { 64 + bytes }

    private func holds(_ certificate: TracedCertificate) -> Bool {
        attempts.contains { $0.certificates.contains { $0.isSameStorage(as: certificate) } }
    }
}
