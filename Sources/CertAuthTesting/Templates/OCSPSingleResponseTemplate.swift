// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// The part of an OCSP response about one certificate.
package struct OCSPSingleResponseTemplate: Sendable, Hashable {
    /// The certificate.
    package var certificate: OCSPCertificateIdentifier
    /// The status of the certificate.
    package var status: TestCertificateStatus
    /// The time at which the status is known to be correct.
    package var thisUpdate: TimeTemplate
    /// The time by which newer information is available; nil omits it, which means at any time.
    package var nextUpdate: TimeTemplate?
    /// The extensions of this single response.
    package var extensions: [ExtensionTemplate] = []

    /// Creates a response for one certificate.
    package init(
        _ certificate: OCSPCertificateIdentifier,
        _ status: TestCertificateStatus,
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
