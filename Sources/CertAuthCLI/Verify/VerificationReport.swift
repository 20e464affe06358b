// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// The verdict with the paths that were tried, independent of the output format.
package struct VerificationReport: Sendable {
    /// The verdict of the engine.
    package let verdict: ValidationVerdict
    /// The time that the verdict is about.
    package let time: Timestamp
    private let tried: TriedPaths
    private let revocation: RevocationInquiry?

    package init(
        verdict: ValidationVerdict,
        time: Timestamp,
        tried: TriedPaths = TriedPaths(),
        revocation: RevocationInquiry? = nil
    ) {
        self.verdict = verdict
        self.time = time
        self.tried = tried
        self.revocation = revocation
    }

    /// The valid path; nil for a refusal.
    package var accepted: ValidatedChain? {
        if case .accepted(let chain) = verdict { chain } else { nil }
    }

    /// The refusal; nil for a valid path.
    package var failure: AuthenticationFailure? {
        if case .refused(let failure, _) = verdict { failure } else { nil }
    }

    /// 0 if accepted, 1 if refused, 3 if the engine itself failed.
    package var exitCode: Int32 {
        guard let failure else { return 0 }
        let kind: CommandFailure.Kind = failure.code == .internalError ? .internalError : .refused
        return kind.rawValue
    }

    /// The paths that were tried, in order; an accepted one is the last.
    package var paths: [ReportedPath] {
        tried.paths.map { attempt in
            let isAccepted = accepted != nil && attempt.findings.isEmpty
            let statuses = isAccepted ? accepted?.revocation : revocation?.statuses(of: attempt)
            return ReportedPath(attempt: attempt, statuses: statuses ?? [])
        }
    }

    /// The number of further paths that were tried.
    package var omittedPaths: Int { tried.omitted }
}

/// The paths that the engine tried, in order. Beyond `ValidationTrace.capacity` they are only counted.
package struct TriedPaths: Sendable {
    package private(set) var paths: [TriedPath] = []
    package private(set) var omitted = 0

    package init() {}

    package mutating func record(_ path: TriedPath) {
        if paths.count < ValidationTrace.capacity { paths.append(path) } else { omitted += 1 }
    }
}

/// One path with the statuses of its certificates.
package struct ReportedPath: Sendable {
    package let attempt: TriedPath
    /// One status for each certificate; empty if revocation was not checked.
    package let statuses: [RevocationStatus]

    package var certificates: [Certificate] { attempt.certificates }

    /// `leaf`, `intermediate`, `anchor`
    package func role(of index: Int) -> String {
        if attempt.endsAtAnchor && index == certificates.count - 1 { return "anchor" }
        if index == 0 { return "leaf" }
        return "intermediate"
    }

    /// The findings about one certificate.
    package func findings(at index: Int) -> [Finding] {
        attempt.findings.filter { $0.certificateIndex == index }
    }
}
