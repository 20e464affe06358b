// SPDX-License-Identifier: Apache-2.0
// Revocation information from a development PKI.

import CertAuth
import CertAuthTesting

extension DevelopmentPKI {
    /// Checks the responder's URL.
    static func checkedResponderURL(_ text: String) throws(CommandFailure) -> String {
        do throws(RevocationFetchError) {
            let url = try RevocationURL(text)
            guard url.scheme == .http, url.target == "/" else {
                throw RevocationFetchError.malformedURL(text, reason: "expected http://HOST:PORT without a path")
            }
            return "\(url.scheme.rawValue)://\(url.authority)"
        } catch {
            throw .usage("--responder-url: \(error)", hint: "for instance http://127.0.0.1:8889")
        }
    }

    /// What to tell about a responder at `address`; nil if the certificates name it.
    package func responderNote(listeningAt address: String) -> String? {
        guard let url = index.responderURL else {
            return "notice: the certificates of this PKI name no responder: make a PKI with `certauth pki init "
                + "--responder-url http://\(address)`, or give clients the address"
        }
        guard url != "http://\(address)" else { return nil }
        return
            "notice: the certificates of this PKI name \(url), which must lead to http://\(address): listen there with "
            + "--listen if it is this machine"
    }

    /// Returns the extensions that locate revocation information for `issuer`'s certificates; empty without a
    /// responder.
    func revocationSources(issuer: String) -> [ExtensionTemplate] {
        guard let url = index.responderURL else { return [] }
        return [
            .crlDistributionPoints([[.uri("\(url)/\(issuer).crl")]]),
            .authorityInformationAccess(ocsp: ["\(url)/ocsp"], caIssuers: ["\(url)/\(issuer).cer"]),
        ]
    }

    /// Returns the response to an OCSP request, signed by the issuer of the first certificate in it.
    ///
    /// - Parameter seconds: the time until nextUpdate.
    package func ocspResponse(to encoded: [UInt8], seconds: Int64) throws -> [UInt8] {
        let request = try ReceivedOCSPRequest(derEncoded: encoded)
        guard let first = request.certificates.first else { throw CommandFailure.usage("an empty request") }
        for entry in index.authorities {
            let authority = try authority(named: entry.name)
            guard try authority.isIssuer(of: first) else { continue }
            let now = clock.now()
            return try authority.ocspResponse(to: request) { template in
                for position in template.responses.indices {
                    template.responses[position].thisUpdate = .generalizedTime(now)
                    template.responses[position].nextUpdate = .generalizedTime(now.adding(seconds: seconds))
                }
                template.producedAt = .generalizedTime(now)
            } status: { serialNumber in
                status(of: serialNumber, issuer: entry.name)
            }
        }
        // The OCSPResponseStatus unauthorized: the responder cannot answer authoritatively (RFC 6960 section 2.3).
        return [0x30, 0x03, 0x0A, 0x01, 0x06]
    }

    /// Returns the DER of an authority's CRL in the folder; nil if there is no such authority.
    package func revocationList(of name: String) throws(CommandFailure) -> [UInt8]? {
        guard index.authorities.contains(where: { $0.name == name }) else { return nil }
        let file = folder.path(of: try PKIFileNames(name).revocationList)
        return try InputFiles.revocationLists([file]).first?.derEncoded
    }

    /// Returns the DER of an authority's certificate; nil if there is no such authority.
    package func certificate(ofAuthority name: String) throws(CommandFailure) -> [UInt8]? {
        guard index.authorities.contains(where: { $0.name == name }) else { return nil }
        return try firstCertificate(try PKIFileNames(name).certificate).derEncoded
    }

    private func status(of serialNumber: [UInt8], issuer: String) -> TestCertificateStatus {
        guard let position = index.position(serial: Hexadecimal.text(serialNumber)),
            index.entries[position].issuer == issuer
        else { return .unknown }
        let entry = index.entries[position]
        guard let date = entry.revokedAt.flatMap({ Timestamp(iso8601: $0) }) else { return .good }
        return .revoked(at: date, reason: entry.reason.flatMap(RevocationReason.init(rawValue:))?.code)
    }
}
