// SPDX-License-Identifier: Apache-2.0
// Access tokens that are worth something to one certificate's holder alone.

internal import CertAuthOpenSSL

/// The confirmation of a certificate-bound access token (RFC 8705 §3): `{"x5t#S256": "…"}`, the value of the claim `cnf`.
///
/// Whoever verifies the token decodes this from it; the check says whether the client that sent the token is the one it
/// was issued to. Refusals have the codes `no-certificate`, `token-not-bound` and `token-binding-mismatch`; the answer to
/// the latter two is 401 with `WWW-Authenticate: Bearer error="invalid_token"`.
public struct TokenConfirmation: Sendable, Hashable, Codable {
    /// `x5t#S256`: the base64url text, without padding, of the certificate's SHA-256 digest; nil when the token is bound
    /// to something else.
    package var certificateThumbprint: String?

    private enum CodingKeys: String, CodingKey {
        case certificateThumbprint = "x5t#S256"
    }

    /// Takes the value of `x5t#S256`.
    public init(certificateThumbprint: String?) { self.certificateThumbprint = certificateThumbprint }

    /// Takes the claims of a token, or the answer of an introspection, as the JSON object they are.
    ///
    /// - Throws: `token-not-bound` for a text that is no JSON object, is longer than 64 KiB or nested deeper than 32, or
    ///   says `cnf` or `x5t#S256` twice. An object without either gives a confirmation without thumbprint.
    public init(claims json: some Sequence<UInt8>) throws(AuthenticationFailure) {
        do throws(JSONFault) {
            certificateThumbprint = try JSONMembers(json).string(at: ["cnf", "x5t#S256"])
        } catch {
            throw AuthenticationFailure(code: .tokenNotBound, message: "the token's claims: \(error)")
        }
    }

    /// Passes when the token is bound to this client's certificate, the connection's own or the one a proxy sent on.
    ///
    /// - Throws: `no-certificate` for a client of source `.offline`, whose key is not proven; `token-not-bound`;
    ///   `token-binding-mismatch`. A handler may let the failure pass: it is the request's answer then.
    public func check(_ client: AuthenticatedClient) throws(AuthenticationFailure) {
        guard client.source != .offline else { throw Self.unproven }
        try check(digest: client.certificate.sha256Thumbprint.bytes)
    }

    /// Passes when the token is bound to the first certificate of `chain`, whether or not anybody trusts it: tokens may be
    /// bound to self-signed certificates.
    ///
    /// - Parameter chain: presented in a handshake or sent on by a trusted proxy, which both prove the key; nil for none.
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
        // Every byte is looked at, whatever the first ones say.
        let difference = zip(expected, digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        guard expected.count == digest.count, difference == 0 else {
            let text = "the token is bound to \(Hexadecimal.text(expected)), presented was \(Hexadecimal.text(digest))"
            throw AuthenticationFailure(code: .tokenBindingMismatch, message: text)
        }
    }

    /// The 32 bytes of a base64url text without padding; nil for anything else.
    private static func digest(_ text: String) -> [UInt8]? {
        text.utf8.count == 43 ? Base64.decodedURLSafe(text.utf8) : nil
    }
}
