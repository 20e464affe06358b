// SPDX-License-Identifier: Apache-2.0
// A development PKI as the source of revocation information.

import CertAuth
import CertAuthTesting

extension DevelopmentPKI {
    /// Checks where the responder is said to be.
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

    /// The extensions that say where `issuer`'s certificates are spoken of; none without a responder.
    func revocationSources(issuer: String) -> [ExtensionTemplate] {
        guard let url = index.responderURL else { return [] }
        return [
            .crlDistributionPoints([[.uri("\(url)/\(issuer).crl")]]),
            .authorityInformationAccess(ocsp: ["\(url)/ocsp"], caIssuers: ["\(url)/\(issuer).cer"]),
        ]
    }

    /// The response to an OCSP request, signed by the authority that issued the first certificate asked about.
    ///
    /// - Parameter seconds: how long it speaks.
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
        // unauthorized: RFC 6960 §2.3, the responder can't answer authoritatively.
        return [0x30, 0x03, 0x0A, 0x01, 0x06]
    }

    /// The DER of the CRL that an authority has in the folder.
    package func revocationList(of name: String) throws(CommandFailure) -> [UInt8]? {
        guard index.authorities.contains(where: { $0.name == name }) else { return nil }
        let file = folder.path(of: try PKIFileNames(name).revocationList)
        return try InputFiles.revocationLists([file]).first?.derEncoded
    }

    /// The DER of an authority's certificate.
    package func certificate(ofAuthority name: String) throws(CommandFailure) -> [UInt8]? {
        guard index.authorities.contains(where: { $0.name == name }) else { return nil }
        return try firstCertificate(try PKIFileNames(name).certificate).derEncoded
    }

    private func status(of serialNumber: [UInt8], issuer: String) -> OCSPSingleResponseTemplate.Status {
        guard let position = index.position(serial: Hexadecimal.text(serialNumber)),
            index.entries[position].issuer == issuer
        else { return .unknown }
        let entry = index.entries[position]
        guard let date = entry.revokedAt.flatMap({ Timestamp(iso8601: $0) }) else { return .good }
        return .revoked(at: date, reason: entry.reason.flatMap(RevocationReason.init(rawValue:))?.code)
    }
}
