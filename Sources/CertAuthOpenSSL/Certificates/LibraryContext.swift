// SPDX-License-Identifier: Apache-2.0
// The owner of an OSSL_LIB_CTX.

import COpenSSL

/// A library context that lives as long as the process.
///
/// Sendable because the pointer never changes, and OpenSSL locks what it keeps inside of it.
final class LibraryContext: @unchecked Sendable {
    /// Nil where this OpenSSL, or its configuration, lacks what the context needs.
    let pointer: OpaquePointer?

    /// Takes over the caller's reference.
    init(adopting pointer: OpaquePointer?) { self.pointer = pointer }

    /// The context in which certificates are read whose keys must not be decoded, with every provider and on every version.
    ///
    /// It bounds what a client can cost, so it does not depend on `Tuning`. OpenSSL decodes a key together with its
    /// certificate, whatever its form: one with explicit curve parameters costs 90 ms. Its null provider has no decoder.
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
