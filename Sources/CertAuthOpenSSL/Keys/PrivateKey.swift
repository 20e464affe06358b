// SPDX-License-Identifier: Apache-2.0
// The owner of one EVP_PKEY with its private half.

import COpenSSL

/// A private key.
///
/// Sendable because it is immutable after init and OpenSSL locks what it caches inside.
package final class PrivateKey: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Takes over the caller's reference.
    package init(adopting pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    /// Lends the `EVP_PKEY *` for the length of the closure.
    package func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(pointer)
    }
}
