// SPDX-License-Identifier: Apache-2.0

/// Why a private key could not be read. Distinguishes the operator's mistakes from damaged files.
package enum PrivateKeyError: Error, Equatable, Sendable {
    /// The key is encrypted and no password was given.
    case passwordRequired
    /// The key is encrypted and the password is wrong.
    case wrongPassword
    /// The text contains no private key. The value lists the labels of its blocks.
    case noPrivateKey(found: [String])
    /// Bytes follow the key.
    case trailingBytes(count: Int)
    /// OpenSSL could not decode the key or does not support its encryption.
    case undecodable(OpenSSLError)
}

extension PrivateKeyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .passwordRequired: "private key: encrypted, and no password was given"
        case .wrongPassword: "private key: the password does not open it"
        case .noPrivateKey(let found):
            "private key: expected a PRIVATE KEY block, found \(found.isEmpty ? "no PEM block" : found.joined(separator: ", "))"
        case .trailingBytes(let count): "private key: \(count) bytes follow the key"
        case .undecodable(let error): "private key: \(error)"
        }
    }
}
