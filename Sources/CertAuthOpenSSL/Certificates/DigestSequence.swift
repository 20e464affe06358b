// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Computes several digests, one after another, with the same working state.
package struct DigestSequence: ~Copyable {
    private let algorithm: OpaquePointer
    private let context: OpaquePointer

    /// Corresponds to `EVP_MD_CTX_new`.
    ///
    /// - Throws: `OpenSSLError` if the provider lacks the algorithm.
    package init(_ algorithm: DigestAlgorithm) throws(OpenSSLError) {
        guard let pointer = algorithm.pointer else {
            throw OpenSSLError(operation: "EVP_MD_fetch(\(algorithm.name))", entries: [])
        }
        let context = try checked("EVP_MD_CTX_new") { EVP_MD_CTX_new() }
        self.algorithm = pointer
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Appends the digest of `bytes` to `output`.
    package mutating func append(digestOf bytes: [UInt8], to output: inout [UInt8]) throws(OpenSSLError) {
        try update(with: bytes)
        try finish(into: &output)
    }

    /// Appends the digest of everything in `output` to it.
    package mutating func appendDigest(ofAll output: inout [UInt8]) throws(OpenSSLError) {
        try update(with: output)
        try finish(into: &output)
    }

    /// Corresponds to `EVP_DigestInit_ex` and `EVP_DigestUpdate`.
    private mutating func update(with bytes: [UInt8]) throws(OpenSSLError) {
        let isTaken = bytes.withUnsafeBytes { input in
            EVP_DigestInit_ex(context, algorithm, nil) == 1
                && EVP_DigestUpdate(context, input.baseAddress, input.count) == 1
        }
        guard isTaken else { throw OpenSSLError.drained(after: "EVP_DigestUpdate") }
    }

    /// Corresponds to `EVP_DigestFinal_ex`.
    private mutating func finish(into output: inout [UInt8]) throws(OpenSSLError) {
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: Int(EVP_MD_get_size(algorithm))))
        let status = output.withUnsafeMutableBufferPointer { output in
            EVP_DigestFinal_ex(context, output.baseAddress.map { $0 + start }, nil)
        }
        guard status == 1 else { throw OpenSSLError.drained(after: "EVP_DigestFinal_ex") }
    }
}
