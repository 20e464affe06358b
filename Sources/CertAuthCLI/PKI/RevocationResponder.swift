// SPDX-License-Identifier: Apache-2.0

package import CertAuth
package import CertAuthHTTP
package import HTTPTypes

/// Serves a development PKI's revocation information. It reads the folder at each request, so revocations apply at
/// once.
package struct RevocationResponder: Sendable {
    /// The folder of the PKI.
    let path: String
    /// The time until an OCSP response's nextUpdate, and the max-age of CRLs and certificates, in seconds.
    let seconds: Int64
    let clock: VerificationClock

    package init(path: String, seconds: Int64, clock: VerificationClock = .system) {
        self.path = path
        self.seconds = seconds
        self.clock = clock
    }

    /// Creates a listener that answers all clients; does not start it.
    package func listener(at address: ListenerAddress) throws -> HTTPSListener {
        var configuration = HTTPSListenerConfiguration(plainAt: address)
        configuration.requirement = { _ in .anonymous }
        return try HTTPSListener(configuration: configuration) { request in
            response(method: request.head.method, path: request.path, body: request.body)
        }
    }

    /// Answers `/ocsp` by POST and GET, and `/NAME.crl` and `/NAME.cer` by GET.
    package func response(method: HTTPRequest.Method, path target: String, body: [UInt8]) -> ListenerResponse {
        do {
            let pki = try DevelopmentPKI(opening: path, clock: clock)
            if let request = Self.ocspRequest(method: method, path: target, body: body) {
                // The OCSPResponseStatus malformedRequest (RFC 6960 section 2.3).
                let answer = (try? pki.ocspResponse(to: request, seconds: seconds)) ?? [0x30, 0x03, 0x0A, 0x01, 0x01]
                return content(answer, type: "application/ocsp-response", isFresh: false)
            }
            guard method == .get else { return .text("not found\n", status: .notFound) }
            if target.hasSuffix(".crl"), let list = try pki.revocationList(of: Self.name(in: target)) {
                return content(list, type: "application/pkix-crl", isFresh: true)
            }
            if target.hasSuffix(".cer"), let certificate = try pki.certificate(ofAuthority: Self.name(in: target)) {
                return content(certificate, type: "application/pkix-cert", isFresh: true)
            }
            return .text("not found\n", status: .notFound)
        } catch {
            return .text("the PKI can't be read\n", status: .internalServerError)
        }
    }

    private func content(_ body: [UInt8], type: String, isFresh: Bool) -> ListenerResponse {
        var fields: HTTPFields = [.contentType: type]
        fields[.cacheControl] = isFresh ? "max-age=\(seconds)" : "no-store"
        return ListenerResponse(status: .ok, headerFields: fields, body: body)
    }

    private static func name(in target: String) -> String { String(target.dropFirst().dropLast(4)) }

    private static func ocspRequest(method: HTTPRequest.Method, path: String, body: [UInt8]) -> [UInt8]? {
        if method == .post, path == "/ocsp" || path == "/ocsp/" || path == "/" { return body }
        guard method == .get, path.hasPrefix("/ocsp/") else { return nil }
        return OCSPRequest.derEncoded(inPathComponent: path.dropFirst("/ocsp/".count)) ?? []
    }
}
