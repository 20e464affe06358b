// SPDX-License-Identifier: Apache-2.0
// Why a PKCS #12 file could not be read.

/// A PKCS #12 (.pfx, .p12) file that could not be read, with the operator's mistakes told apart from damage.
package enum PKCS12Error: Error, Equatable, Sendable {
    /// The password does not open the file.
    case wrongPassword
    /// The file has no MAC: nothing vouches for what it holds, and a wrong password can't be told from damage.
    case macMissing
    /// Bytes follow the file's end.
    case trailingBytes(count: Int)
    /// The file uses a cipher that OpenSSL 3 keeps in its legacy provider, and that provider cannot be loaded.
    case legacyCipherUnavailable(cipher: String)
    /// OpenSSL could not decode the file.
    case undecodable(OpenSSLError)
}

extension PKCS12Error: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wrongPassword: "PKCS #12: the password does not open it"
        case .macMissing: "PKCS #12: it has no MAC, so nothing vouches for what it holds"
        case .trailingBytes(let count): "PKCS #12: \(count) bytes follow it"
        case .legacyCipherUnavailable(let cipher):
            "PKCS #12: encrypted with \(cipher), which needs OpenSSL's legacy provider, and that cannot be loaded here; "
                + "write the file anew where it can: openssl pkcs12 -in old.pfx -legacy -nodes"
                + " | openssl pkcs12 -export -out new.pfx"
        case .undecodable(let error): "PKCS #12: \(error)"
        }
    }
}
