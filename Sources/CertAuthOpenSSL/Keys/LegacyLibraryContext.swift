// SPDX-License-Identifier: Apache-2.0
// A private library context with OpenSSL's legacy ciphers, which stay unavailable to the rest of the process.

import COpenSSL

/// An `OSSL_LIB_CTX` with the default and the legacy provider.
///
/// Objects created in it must not outlive it. Results are encoded to DER and decoded again in the default context.
struct LegacyLibraryContext: ~Copyable {
    private let context: OpaquePointer
    private let providers: [OpaquePointer]

    /// Loads both providers.
    ///
    /// - Parameter modulePath: the folder of `legacy.so`. Nil uses OpenSSL's compiled-in folder.
    /// - Throws: `OpenSSLError` if one of them cannot be loaded.
    init(modulePath: String? = nil) throws(OpenSSLError) {
        let context = try checked("OSSL_LIB_CTX_new") { OSSL_LIB_CTX_new() }
        var loaded: [OpaquePointer] = []
        do {
            if let modulePath {
                try checkedStatus("OSSL_PROVIDER_set_default_search_path") {
                    OSSL_PROVIDER_set_default_search_path(context, modulePath)
                }
            }
            for name in ["default", "legacy"] {
                loaded.append(try checked("OSSL_PROVIDER_load") { OSSL_PROVIDER_load(context, name) })
            }
        } catch {
            Self.free(context, providers: loaded)
            throw error
        }
        self.context = context
        providers = loaded
    }

    deinit { Self.free(context, providers: providers) }

    /// Lends the `OSSL_LIB_CTX *` for the duration of the closure.
    borrowing func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(context)
    }

    private static func free(_ context: OpaquePointer, providers: [OpaquePointer]) {
        for provider in providers.reversed() { OSSL_PROVIDER_unload(provider) }
        OSSL_LIB_CTX_free(context)
    }
}
