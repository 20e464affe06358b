// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// The part of an OCSP response about one certificate.
public struct OCSPSingleResponseTemplate: Sendable, Hashable {
    /// The status of a certificate.
    public enum Status: Sendable, Hashable {
        /// Not revoked, as far as the responder knows.
        case good
        /// Revoked at a time, with an optional reason.
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

    /// The certificate.
    public var certificate: OCSPCertificateIdentifier
    /// The status of the certificate.
    public var status: Status
    /// The time at which the status is known to be correct.
    public var thisUpdate: TimeTemplate
    /// The time by which newer information is available; nil omits it, which means at any time.
    public var nextUpdate: TimeTemplate?
    /// The extensions of this single response.
    public var extensions: [ExtensionTemplate] = []

    /// Creates a response for one certificate.
    public init(
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
