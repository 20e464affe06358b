// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// The status of a certificate in an OCSP response.
public enum TestCertificateStatus: Sendable, Hashable {
    /// Not revoked, as far as the responder knows.
    case good
    /// Revoked at a time, with an optional reason.
    case revoked(at: Timestamp, reason: Int? = nil)
    /// The responder does not know the certificate.
    case unknown

    var encoded: [UInt8] {
        switch self {
        case .good: DER.context(0, [])
        case .revoked(let time, let reason):
            DER.constructed(
                1,
                [
                    TimeTemplate.generalizedTime(time).encoded,
                    reason.map { DER.constructed(0, [DER.enumerated($0)]) } ?? [],
                ]
            )
        case .unknown: DER.context(2, [])
        }
    }
}
