// SPDX-License-Identifier: Apache-2.0
// Creates OCSP responses, signed by the authority or a delegated responder.

import CertAuth
import CertAuthOpenSSL

extension TestAuthority {
    /// Creates an OCSP response about one certificate, with thisUpdate a minute ago and nextUpdate in a week.
    ///
    /// - Parameter responder: a delegated responder (see ``LeafProfile/ocspResponder``), which signs and whose
    ///   certificate is included; nil if the authority signs itself.
    public func ocspResponse(
        for identity: TestIdentity,
        _ status: TestCertificateStatus = .good,
        responder: TestIdentity? = nil
    ) throws -> [UInt8] {
        try ocspResponse(for: identity, status, digest: .sha1, responder: responder)
    }

    /// Creates an OCSP response about one certificate whose fields a closure can change.
    ///
    /// - Parameters:
    ///   - digest: the hash algorithm of the CertID.
    ///   - responder: a delegated responder (see ``LeafProfile/ocspResponder``), which signs and whose certificate is
    ///     included; nil if the authority signs itself.
    ///   - customize: changes any field before the response is signed.
    package func ocspResponse(
        for identity: TestIdentity,
        _ status: TestCertificateStatus = .good,
        digest: OCSPCertificateIdentifier.Digest = .sha1,
        responder: TestIdentity? = nil,
        _ customize: (inout OCSPResponseTemplate) throws -> Void = { _ in }
    ) throws -> [UInt8] {
        let certificate = try OCSPCertificateIdentifier(
            serialNumber: identity.serialNumber,
            issuer: self,
            digest: digest
        )
        return try ocspResponse([(certificate, status)], responder: responder, customize)
    }

    /// Creates the OCSP response to a request, with the request's nonce. Certificates of other issuers have the status
    /// unknown.
    ///
    /// - Parameters:
    ///   - customize: changes any field before the response is signed.
    ///   - status: returns the status for a serial number, given as its contents octets.
    package func ocspResponse(
        to request: ReceivedOCSPRequest,
        responder: TestIdentity? = nil,
        customize: (inout OCSPResponseTemplate) throws -> Void = { _ in },
        status: (_ serialNumber: [UInt8]) throws -> TestCertificateStatus
    ) throws -> [UInt8] {
        let answers = try request.certificates.map { ($0, try isIssuer(of: $0) ? status($0.serialNumber) : .unknown) }
        return try ocspResponse(answers, responder: responder) { template in
            if let nonce = request.nonce { template.extensions.append(nonce) }
            try customize(&template)
        }
    }

    /// Returns whether `certificate` names this authority as its issuer.
    package func isIssuer(of certificate: OCSPCertificateIdentifier) throws -> Bool {
        try [OCSPCertificateIdentifier.Digest.sha1, .sha256].contains { digest in
            let own = try OCSPCertificateIdentifier(
                serialNumber: certificate.serialNumber,
                issuer: self,
                digest: digest
            )
            return own.issuerKeyHash == certificate.issuerKeyHash && own.issuerNameHash == certificate.issuerNameHash
        }
    }

    private func ocspResponse(
        _ answers: [(OCSPCertificateIdentifier, TestCertificateStatus)],
        responder: TestIdentity?,
        _ customize: (inout OCSPResponseTemplate) throws -> Void
    ) throws -> [UInt8] {
        let signer = responder?.key ?? key
        let madeAt = clock.now().adding(seconds: -60)
        let nextUpdate = clock.now().adding(seconds: Lifetime.revocationList)
        var template = OCSPResponseTemplate(
            responder: .keyHash(try signer.publicKeyHash(.sha1)),
            producedAt: madeAt,
            responses: answers.map {
                OCSPSingleResponseTemplate($0.0, $0.1, thisUpdate: madeAt, nextUpdate: nextUpdate)
            }
        )
        template.certificates = responder.map { [$0.certificateDER] } ?? []
        try customize(&template)
        return try template.signed(by: signer)
    }
}
