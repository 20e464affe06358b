// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthCLI
import CertAuthTesting

/// A development PKI at 2026-01-01T00:00:00Z in a temporary folder that is removed with this object.
final class PKIInFolder {
    let directory: TemporaryDirectory
    var pki: DevelopmentPKI

    static let start = Timestamp(secondsSince1970: 1_767_225_600)

    init(clock: VerificationClock = .fixed(start)) throws {
        directory = try TemporaryDirectory()
        pki = try DevelopmentPKI(creating: directory.path, clock: clock)
    }

    func path(_ name: String) -> String { directory.path(of: name) }

    @discardableResult
    func issue(_ name: String, _ change: (inout LeafRequest) -> Void = { _ in }) throws -> Certificate {
        var request = LeafRequest(name: name)
        change(&request)
        return try pki.issue(request)
    }
}
