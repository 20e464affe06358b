// SPDX-License-Identifier: Apache-2.0
// Authorities each of which certifies each other, and forgers of them.

import CertAuth
import CertAuthTesting

/// So many authorities with a certificate of each by each other.
struct FullMesh {
    let authorities: [TestAuthority]
    /// The certificate of authority `subject` by authority `issuer`.
    let certificates: [(subject: Int, issuer: Int, certificate: Certificate)]

    /// - Parameter name: of the authority with this number.
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
