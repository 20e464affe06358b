// SPDX-License-Identifier: Apache-2.0
// The owner of an OSSL_LIB_CTX.

import COpenSSL

/// A library context that is never freed.
///
/// Sendable because the pointer never changes, and OpenSSL locks the state inside of the context.
final class LibraryContext: @unchecked Sendable {
    /// Nil if this OpenSSL, or its configuration, lacks what the context needs.
    let pointer: OpaquePointer?

    /// Takes ownership of the caller's reference.
    init(adopting pointer: OpaquePointer?) { self.pointer = pointer }

    /// The context that decodes certificates without their keys, with every provider and in every version.
    ///
    /// It limits the work that a client can cause, so it does not depend on `Tuning`. OpenSSL decodes a key together
    /// with its certificate, in whatever form: one with explicit curve parameters takes 90 ms. The null provider has no
    /// decoder.
    static let withoutKeys = LibraryContext(providerNamed: "null")

    private convenience init(providerNamed name: String) {
        defer { ERR_clear_error() }
        let context = OSSL_LIB_CTX_new()
        if let context, OSSL_PROVIDER_load(context, name) == nil {
            OSSL_LIB_CTX_free(context)
            self.init(adopting: nil)
        } else {
            self.init(adopting: context)
        }
    }
}
