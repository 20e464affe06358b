// SPDX-License-Identifier: Apache-2.0
// Message digests with algorithms fetched once.

import COpenSSL

/// A digest algorithm, fetched from the default library context once and kept for the life of the process.
package struct DigestAlgorithm: @unchecked Sendable {
    // Immutable and never freed: EVP_MD is reference-counted and safe to share between threads.
    fileprivate let pointer: OpaquePointer?
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
    /// - Throws: `OpenSSLError` when the provider lacks the algorithm (SHA-1 under a restrictive policy).
    package func digest(_ bytes: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        guard let algorithm = pointer else {
            throw OpenSSLError(operation: "EVP_MD_fetch(\(name))", entries: [])
        }
        var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let status = bytes.withUnsafeBufferPointer { input in
            ERR_clear_error()
            return EVP_Digest(input.baseAddress, input.count, &output, &length, algorithm, nil)
        }
        guard status > 0 else { throw OpenSSLError.drained(after: "EVP_Digest") }
        output.removeLast(output.count - Int(length))
        return output
    }
}
