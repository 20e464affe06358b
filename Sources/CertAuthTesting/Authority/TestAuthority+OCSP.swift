// SPDX-License-Identifier: Apache-2.0
// The OCSP responses of an authority or of a responder it delegated to.

import CertAuth
import CertAuthOpenSSL

extension TestAuthority {
    /// An OCSP response about one certificate, made a minute ago, good for a week.
    ///
    /// - Parameters:
    ///   - digest: the digest of the certificate's identifier.
    ///   - responder: signs in the authority's name and is sent along (see ``LeafProfile/ocspResponder``); nil: the
    ///     authority signs itself.
    ///   - customize: changes any field before the response is signed.
    public func ocspResponse(
        for identity: TestIdentity,
        _ status: OCSPSingleResponseTemplate.Status = .good,
        digest: OCSPCertificateIdentifier.Digest = .sha1,
        responder: TestIdentity? = nil,
        _ customize: (inout OCSPResponseTemplate) throws -> Void = { _ in }
    ) throws -> [UInt8] {
        let certificate = try OCSPCertificateIdentifier(
            serialNumber: identity.serialNumber,
            issuer: self,
            digest: digest
        )
        let signer = responder?.key ?? key
        let now = clock.now()
        let single = OCSPSingleResponseTemplate(
            certificate,
            status,
            thisUpdate: now.adding(seconds: -60),
            nextUpdate: now.adding(seconds: Lifetime.revocationList)
        )
        var template = OCSPResponseTemplate(
            responder: .keyHash(try signer.publicKeyHash(.sha1)),
            producedAt: now.adding(seconds: -60),
            responses: [single]
        )
        template.certificates = responder.map { [$0.certificateDER] } ?? []
        try customize(&template)
        return try template.signed(by: signer)
    }
}
