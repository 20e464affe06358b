// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTesting

/// Authorities that all certify each other.
struct FullMesh {
    let authorities: [TestAuthority]
    /// The certificate of authority `subject`, issued by authority `issuer`.
    let certificates: [(subject: Int, issuer: Int, certificate: Certificate)]

    /// - Parameter name: returns the name of the authority with this number.
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
