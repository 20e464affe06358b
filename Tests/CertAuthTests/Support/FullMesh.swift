// SPDX-License-Identifier: Apache-2.0
// CAs that all certify one another, and forgers of them.

import CertAuth
import CertAuthTesting

/// The given number of CAs, with a certificate of each issued by each other.
struct FullMesh {
    let authorities: [TestAuthority]
    /// The certificate of CA `subject`, issued by CA `issuer`.
    let certificates: [(subject: Int, issuer: Int, certificate: Certificate)]

    /// - Parameter name: the name of the CA with this number.
    init(
        of count: Int,
        clock: VerificationClock,
        named name: (Int) -> String,
        _ customize: (inout CertificateTemplate) throws -> Void = { _ in }
    ) throws {
        let authorities = try (0..<count).map { try TestAuthority(name($0), clock: clock) }
        self.authorities = authorities
        certificates = try authorities.indices.flatMap { issuer in
            try authorities.indices.filter { $0 != issuer }.map { subject in
                let crossed = try authorities[issuer].crossSign(authorities[subject], customize)
                return (subject, issuer, try crossed.certificate)
            }
        }
    }

    var all: [Certificate] { certificates.map(\.certificate) }
}
