// SPDX-License-Identifier: Apache-2.0

internal import CCertAuthProvider
import COpenSSL

/// The library contexts that offer only some of the default provider's algorithms.
///
/// The pointer is nil if this OpenSSL, or its configuration, requires the default context.
enum DecodingContext {
    private static let ellipticCurve = LibraryContext(CA_KEY_CONTEXT_ELLIPTIC_CURVE)
    private static let rsa = LibraryContext(CA_KEY_CONTEXT_RSA)
    private static let ed25519 = LibraryContext(CA_KEY_CONTEXT_ED25519)
    private static let ed448 = LibraryContext(CA_KEY_CONTEXT_ED448)
    /// The context for handshakes of servers. libssl decodes clients' certificates in the context of its `SSL_CTX`.
    static let handshakes = LibraryContext(CA_KEY_CONTEXT_TLS)
    /// The context that encodes and decodes sessions. The keys of the certificates in them are never used.
    static let sessions = LibraryContext(CA_KEY_CONTEXT_SESSIONS)

    /// The context that decodes certificates with one kind of key.
    static func context(for kind: PublicKeyKind) -> LibraryContext {
        switch kind {
        case .ellipticCurve: ellipticCurve
        case .rsa: rsa
        case .ed25519: ed25519
        case .ed448: ed448
        }
    }
}

extension LibraryContext {
    fileprivate convenience init(_ kind: CA_key_context_kind) {
        self.init(adopting: CA_key_context_new(kind))
        ERR_clear_error()
    }
}
