// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// A digest algorithm, fetched once from the default library context and kept for the lifetime of the process.
package struct DigestAlgorithm: @unchecked Sendable {
    // Immutable and never freed: EVP_MD is reference-counted and safe to share between threads.
    let pointer: OpaquePointer?
    package let name: String

    private init(_ name: String) {
        self.name = name
        pointer = EVP_MD_fetch(nil, name, nil)
    }

    package static let sha1 = DigestAlgorithm("SHA1")
    package static let sha256 = DigestAlgorithm("SHA256")
    package static let sha384 = DigestAlgorithm("SHA384")
    package static let sha512 = DigestAlgorithm("SHA512")

    /// The digest of `bytes`. Corresponds to `EVP_Digest`.
    ///
    /// - Throws: `OpenSSLError` if the provider lacks the algorithm (SHA-1 under a restrictive policy).
    package func digest(_ bytes: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        guard let algorithm = pointer else {
            throw OpenSSLError(operation: "EVP_MD_fetch(\(name))", entries: [])
        }
        var status: Int32 = 0
        let output = bytes.withUnsafeBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { output, count in
                var length: UInt32 = 0
                status = EVP_Digest(input.baseAddress, input.count, output.baseAddress, &length, algorithm, nil)
                count = status > 0 ? Int(length) : 0
            }
        }
        guard status > 0 else { throw OpenSSLError.drained(after: "EVP_Digest") }
        return output
    }
}
