// SPDX-License-Identifier: Apache-2.0
// Another default library context for one thread, for a moment.

import COpenSSL

/// The time in which this thread has another default library context.
///
/// Begins and ends on one thread, inside one call into OpenSSL or closely around it. Only OpenSSL's code and the callback
/// that ends it may run meanwhile.
package struct ThreadLibraryContext {
    private let former: OpaquePointer

    /// Whether this thread has one now.
    package static var isReplaced: Bool {
        // Asking with nil changes nothing.
        OSSL_LIB_CTX_set0_default(nil) != OSSL_LIB_CTX_get0_global_default()
    }

    /// Begins it; nil without a context. Corresponds to `OSSL_LIB_CTX_set0_default`.
    init?(_ context: OpaquePointer?) {
        guard let context, let former = OSSL_LIB_CTX_set0_default(context) else { return nil }
        self.former = former
    }

    /// Gives the thread its context back.
    func end() { OSSL_LIB_CTX_set0_default(former) }
}

extension TLSConnection {
    /// Decodes no key of the Certificate message that was just read and is refused.
    ///
    /// libssl decodes the whole message before it asks for a decision, in the library context of its `SSL_CTX`, and no
    /// callback before can end the handshake. From here on that is the thread's default context, which is one without
    /// algorithms: refusing the chain and sending the alert need none.
    func stopDecodingKeys() {
        restoreLibraryContext()
        if context.usesDecodingContext, let undecoding = TLSContext.withoutKeys {
            withPointer { connection in _ = undecoding.withPointer { SSL_set_SSL_CTX(connection, $0) } }
        }
        threadContext = ThreadLibraryContext(LibraryContext.withoutKeys.pointer)
    }

    /// Gives the thread its default library context back, if it has another one.
    func restoreLibraryContext() {
        threadContext?.end()
        threadContext = nil
    }
}
