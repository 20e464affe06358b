// SPDX-License-Identifier: Apache-2.0
// The OCSP responses of an authority.

import CertAuth
import CertAuthOpenSSL

extension TestAuthority {
    /// A response about `certificate`, made an hour ago, good for a day.
    ///
    /// - Parameters:
    ///   - certificate: something this authority issued.
    ///   - status: what is said of it.
    ///   - responder: signs in the authority's place, and its certificate comes along; nil lets the authority sign.
    ///   - usesSHA256: names the certificate by SHA-256 in place of SHA-1.
    ///   - customize: changes any field before the response is signed.
    public func ocspResponse(
        about certificate: TestIdentity,
        _ status: OCSPResponseTemplate.Entry.Status = .good,
        responder: TestIdentity? = nil,
        usesSHA256: Bool = false,
        _ customize: (inout OCSPResponseTemplate) throws -> Void = { _ in }
    ) throws -> [UInt8] {
        let entry = try ocspEntry(about: certificate.serialNumber, status, usesSHA256: usesSHA256)
        let signerName = try responder.map { NameTemplate(encoded: try $0.certificate.subject.derEncoded) } ?? subject
        var template = OCSPResponseTemplate(
            responderID: .name(signerName),
            producedAt: .generalizedTime(clock.now().adding(seconds: -Lifetime.lead)),
            entries: [entry]
        )
        if let responder { template.certificates = [responder.certificateDER] }
        try customize(&template)
        return try template.signed(by: responder?.key ?? key)
    }

    /// An entry about a serial number of this authority's.
    public func ocspEntry(
        about serialNumber: [UInt8],
        _ status: OCSPResponseTemplate.Entry.Status = .good,
        usesSHA256: Bool = false
    ) throws -> OCSPResponseTemplate.Entry {
        let digest: DigestAlgorithm = usesSHA256 ? .sha256 : .sha1
        let now = clock.now()
        return OCSPResponseTemplate.Entry(
            digestAlgorithm: usesSHA256 ? "2.16.840.1.101.3.4.2.1" : "1.3.14.3.2.26",
            issuerNameHash: try digest.digest(subject.encoded),
            issuerKeyHash: try digest.digest(certificate.publicKey.subjectPublicKey),
            serialNumber: serialNumber,
            status: status,
            thisUpdate: .generalizedTime(now.adding(seconds: -Lifetime.lead)),
            nextUpdate: .generalizedTime(now.adding(seconds: Lifetime.ocspResponse))
        )
    }

    /// Issues a certificate for a delegated responder: OCSPSigning and ocsp-nocheck.
    public func ocspResponder(
        _ commonName: String = "Responder",
        _ customize: (inout CertificateTemplate) throws -> Void = { _ in }
    ) throws -> TestIdentity {
        try issue(commonName) { template in
            template.extensions.replace(.extendedKeyUsage([.ocspSigning]))
            template.extensions.replace(.ocspNoCheck())
            try customize(&template)
        }
    }
}
