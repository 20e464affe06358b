// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// The confirmation of a certificate-bound access token (RFC 8705 §3): `{"x5t#S256": "…"}`, the value of the claim
/// `cnf`. Such a token can only be used by the holder of one certificate.
///
/// The code that verifies the token decodes this from it. The check determines whether the client that sent the token
/// is the one it was issued to. Refusals have the codes `no-certificate`, `token-not-bound` and
/// `token-binding-mismatch`. For the latter two, the answer is 401 with `WWW-Authenticate: Bearer
/// error="invalid_token"`.
public struct TokenConfirmation: Sendable, Hashable, Codable {
    /// `x5t#S256`: the certificate's SHA-256 digest as base64url without padding. Nil if the token is bound to
    /// something else.
    package var certificateThumbprint: String?

    private enum CodingKeys: String, CodingKey {
        case certificateThumbprint = "x5t#S256"
    }

    /// Creates a confirmation from the value of `x5t#S256`.
    public init(certificateThumbprint: String?) { self.certificateThumbprint = certificateThumbprint }

    /// Parses the claims of a token, or the answer of an introspection, as a JSON object.
    ///
    /// - Throws: `token-not-bound` for a text that is not a JSON object, is longer than 64 KiB, is nested deeper than
    ///   32, or contains `cnf` or `x5t#S256` twice. An object without either gives a confirmation without thumbprint.
    public init(claims json: some Sequence<UInt8>) throws(AuthenticationFailure) {
        do throws(JSONFault) {
            certificateThumbprint = try JSONMembers(json).string(at: ["cnf", "x5t#S256"])
        } catch {
            throw AuthenticationFailure(code: .tokenNotBound, message: "the token's claims: \(error)")
        }
    }

    /// Checks that the token is bound to this client's certificate, from the connection or forwarded by a proxy.
    ///
    /// - Throws: `no-certificate` for a client with source `.offline`, whose key is not proven; `token-not-bound`;
    ///   `token-binding-mismatch`. A handler may let the error propagate; it then becomes the request's answer.
    public func check(_ client: AuthenticatedClient) throws(AuthenticationFailure) {
        guard client.source != .offline else { throw Self.unproven }
        try check(digest: client.certificate.sha256Thumbprint.bytes)
    }

    /// Checks that the token is bound to the first certificate of `chain`, trusted or not: tokens may be bound to
    /// self-signed certificates.
    ///
    /// - Parameter chain: presented in a handshake or forwarded by a trusted proxy, which both prove the key; nil for
    ///   none.
    package func check(_ chain: PresentedChain?) throws(AuthenticationFailure) {
        guard let chain, chain.source != .offline, let leaf = chain.derEncoded.first else {
            throw Self.unproven
        }
        let digest: [UInt8]
        do throws(OpenSSLError) {
            digest = try DigestAlgorithm.sha256.digest(leaf)
        } catch {
            throw AuthenticationFailure(code: .internalError, message: "\(error)")
        }
        try check(digest: digest)
    }

    private static var unproven: AuthenticationFailure {
        AuthenticationFailure(code: .noCertificate, message: "the token needs a certificate whose key is proven")
    }

    private func check(digest: [UInt8]) throws(AuthenticationFailure) {
        guard let certificateThumbprint else {
            throw AuthenticationFailure(code: .tokenNotBound, message: "the token has no cnf with x5t#S256")
        }
        guard let expected = Self.digest(certificateThumbprint) else {
            let shown = DisplayText.escaped(certificateThumbprint, limit: 64)
            let text = "x5t#S256 is '\(shown)', expected 43 characters of base64url"
            throw AuthenticationFailure(code: .tokenNotBound, message: text)
        }
        // Compares all bytes, so that the time does not depend on the first difference.
        let difference = zip(expected, digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        guard expected.count == digest.count, difference == 0 else {
            let text = "the token is bound to \(Hexadecimal.text(expected)), found \(Hexadecimal.text(digest))"
            throw AuthenticationFailure(code: .tokenBindingMismatch, message: text)
        }
    }

    /// The 32 bytes of a base64url text without padding. Nil for anything else.
    private static func digest(_ text: String) -> [UInt8]? {
        text.utf8.count == 43 ? Base64.decodedURLSafe(text.utf8) : nil
    }
}
