// SPDX-License-Identifier: Apache-2.0

/// The files of one server identity.
package struct IdentityFiles: Sendable, Equatable {
    /// The server's certificate, then its issuers.
    package let certificate: String
    /// The private key.
    package let key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// Pairs the n-th certificate with the n-th key.
    package static func pairs(
        certificates: [String],
        keys: [String]
    ) throws(CommandFailure) -> [IdentityFiles] {
        guard !certificates.isEmpty, !keys.isEmpty else {
            throw .usage("--cert and --key are missing", hint: "give the server's certificate and its key")
        }
        guard certificates.count == keys.count else {
            throw .usage(
                "found \(certificates.count) --cert and \(keys.count) --key, expected one key for each certificate",
                hint: "give them in pairs: the first --key belongs to the first --cert, the second to the second"
            )
        }
        return zip(certificates, keys).map { IdentityFiles(certificate: $0, key: $1) }
    }
}
