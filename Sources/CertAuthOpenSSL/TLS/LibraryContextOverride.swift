// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Replaces this thread's default library context for a time.
///
/// It begins and ends on one thread, inside or closely around one call into OpenSSL. Only OpenSSL's code and the
/// callback that ends it may run in between.
package struct LibraryContextOverride {
    private let former: OpaquePointer

    /// Whether this thread's default library context is replaced now.
    package static var isReplaced: Bool {
        // A call with nil changes nothing.
        OSSL_LIB_CTX_set0_default(nil) != OSSL_LIB_CTX_get0_global_default()
    }

    /// Replaces the context. Nil if `context` is nil. Corresponds to `OSSL_LIB_CTX_set0_default`.
    init?(_ context: OpaquePointer?) {
        guard let context, let former = OSSL_LIB_CTX_set0_default(context) else { return nil }
        self.former = former
    }

    /// Restores the thread's previous context.
    func end() { OSSL_LIB_CTX_set0_default(former) }
}

extension TLSConnection {
    /// Prevents the decoding of keys in a Certificate message that was just read and will be refused.
    ///
    /// libssl decodes the whole message before it asks for a decision, in the library context of its `SSL_CTX`, and no
    /// earlier callback can end the handshake. From here on the thread's default context is one without algorithms.
    /// Refusing the chain and sending the alert need none.
    func stopDecodingKeys() {
        restoreLibraryContext()
        if context.usesDecodingContext, let undecoding = TLSContext.withoutKeys {
            withPointer { connection in _ = undecoding.withPointer { SSL_set_SSL_CTX(connection, $0) } }
        }
        threadContext = LibraryContextOverride(LibraryContext.withoutKeys.pointer)
    }

    /// Restores the thread's default library context if it was replaced.
    func restoreLibraryContext() {
        threadContext?.end()
        threadContext = nil
    }
}
