// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTesting
import XCTest

/// Runs a single check on a path of leaf, issuing CA and root, each of which a test can change.
struct CheckBench {
    typealias Change = (inout CertificateTemplate) throws -> Void

    private let clock = TestClock(Stage.moment)

    /// The path: leaf, issuing CA, root.
    func path(
        leaf: Change = { _ in },
        issuing: Change = { _ in },
        root: Change = { _ in }
    ) throws -> CandidatePath {
        let root = try TestAuthority("Bench Root", clock: clock.verificationClock, root)
        let issuing = try root.intermediate("Bench Issuing", issuing)
        let leaf = try issuing.issue("alice", .client, leaf)
        return CandidatePath(certificates: [try leaf.certificate, try issuing.certificate, try root.certificate])
    }

    /// The finding of `check` about `path`; nil if there is none.
    func finding(
        _ check: any PathCheck,
        on path: CandidatePath,
        _ profile: ValidationProfile = .rfc5280,
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws -> Finding? {
        let anchor = try XCTUnwrap(path.certificates.last)
        var options = CertificateAuthenticationOptions(trust: .custom(try TrustStore(certificates: [anchor])))
        options.profile = profile
        change(&options)
        do throws(Finding) {
            try check.check(path, in: ValidationContext(options: options, now: clock.now))
            return nil
        } catch {
            return error
        }
    }

    /// Fails unless `check` reports exactly this finding.
    func assertRefuses(
        _ check: any PathCheck,
        _ code: FailureCode,
        at index: Int?,
        _ path: CandidatePath,
        _ profile: ValidationProfile = .rfc5280,
        saying text: String? = nil,
        file: StaticString = #filePath,
        line: UInt = #line,
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws {
        let finding = try finding(check, on: path, profile, change)
        XCTAssertEqual(finding?.code, code, finding?.message ?? "no finding", file: file, line: line)
        XCTAssertEqual(finding?.certificateIndex, index, finding?.message ?? "", file: file, line: line)
        guard let text, let message = finding?.message else { return }
        XCTAssertTrue(message.contains(text), message, file: file, line: line)
    }

    /// Fails if `check` reports a finding.
    func assertPasses(
        _ check: any PathCheck,
        _ path: CandidatePath,
        _ profile: ValidationProfile = .rfc5280,
        file: StaticString = #filePath,
        line: UInt = #line,
        _ change: (inout CertificateAuthenticationOptions) -> Void = { _ in }
    ) throws {
        let finding = try finding(check, on: path, profile, change)
        XCTAssertNil(finding, "\(finding.map(String.init(describing:)) ?? "")", file: file, line: line)
    }
}
