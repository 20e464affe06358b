// SPDX-License-Identifier: Apache-2.0
// Where certificates are decoded: the default library context, or one that searches less.

internal import CCertAuthProvider
import COpenSSL

/// The kinds of public keys for which there is a library context that decodes nothing else.
package enum DecodedKeyKind: Sendable {
    case ellipticCurve, rsa, ed25519
}

/// A library context that decodes certificates with one kind of key, or with all kinds that TLS clients may have.
///
/// Sendable because the pointer never changes, the context lives as long as the process, and OpenSSL locks what it
/// keeps inside of it.
final class DecodingContext: @unchecked Sendable {
    /// Nil where this OpenSSL, or its configuration, wants the default context.
    let pointer: OpaquePointer?

    private init(_ kind: CA_key_context_kind) {
        pointer = CA_key_context_new(kind)
        ERR_clear_error()
    }

    /// A context without any algorithm, in which no key is decoded.
    private init(providerNamed name: String) {
        let context = OSSL_LIB_CTX_new()
        if let context, OSSL_PROVIDER_load(context, name) == nil {
            OSSL_LIB_CTX_free(context)
            pointer = nil
        } else {
            pointer = context
        }
        ERR_clear_error()
    }

    private static let ellipticCurve = DecodingContext(CA_KEY_CONTEXT_ELLIPTIC_CURVE)
    private static let rsa = DecodingContext(CA_KEY_CONTEXT_RSA)
    private static let ed25519 = DecodingContext(CA_KEY_CONTEXT_ED25519)
    /// The one in which servers shake hands: libssl decodes the clients' certificates in the context of its `SSL_CTX`.
    static let handshakes = DecodingContext(CA_KEY_CONTEXT_TLS)
    /// The one in which sessions are encoded and decoded: nobody uses the keys of the certificates in them.
    static let sessions = DecodingContext(CA_KEY_CONTEXT_SESSIONS)

    /// The context in which certificates are read whose keys must not be decoded, with every provider and on every version.
    ///
    /// OpenSSL decodes a key together with its certificate, whatever its form: one with explicit curve parameters costs
    /// 90 ms. Its null provider offers no decoder.
    static let withoutKeys = DecodingContext(providerNamed: "null")

    static func context(for kind: DecodedKeyKind) -> DecodingContext {
        switch kind {
        case .ellipticCurve: ellipticCurve
        case .rsa: rsa
        case .ed25519: ed25519
        }
    }
}
