// SPDX-License-Identifier: Apache-2.0
// What an OCSP response says of one certificate.

public import CertAuth

/// The answer for one certificate.
public struct OCSPSingleResponseTemplate: Sendable, Hashable {
    /// The status of a certificate.
    public enum Status: Sendable, Hashable {
        /// Not revoked, as far as the responder knows.
        case good
        /// Revoked at a time, for a reason if one is given.
        case revoked(at: Timestamp, reason: Int? = nil)
        /// The responder does not know the certificate.
        case unknown

        fileprivate var encoded: [UInt8] {
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

    /// Which certificate is meant.
    package var certificate: OCSPCertificateIdentifier
    /// What is known of it.
    public var status: Status
    /// Since when this is known.
    public var thisUpdate: TimeTemplate
    /// When more will be known; nil leaves it out, which means at any time.
    public var nextUpdate: TimeTemplate?
    /// Extensions of this answer.
    package var extensions: [ExtensionTemplate] = []

    /// An answer.
    package init(
        _ certificate: OCSPCertificateIdentifier,
        _ status: Status,
        thisUpdate: Timestamp,
        nextUpdate: Timestamp?
    ) {
        self.certificate = certificate
        self.status = status
        self.thisUpdate = .generalizedTime(thisUpdate)
        self.nextUpdate = nextUpdate.map(TimeTemplate.generalizedTime)
    }

    var encoded: [UInt8] {
        DER.sequence([
            certificate.encoded,
            status.encoded,
            thisUpdate.encoded,
            nextUpdate.map { DER.constructed(0, [$0.encoded]) } ?? [],
            extensions.isEmpty ? [] : DER.constructed(1, [DER.sequence(extensions.map(\.encoded))]),
        ])
    }
}
