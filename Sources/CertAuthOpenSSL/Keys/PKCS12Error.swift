// SPDX-License-Identifier: Apache-2.0

/// Why a PKCS #12 (.pfx, .p12) file could not be read. Distinguishes the operator's mistakes from damaged files.
package enum PKCS12Error: Error, Equatable, Sendable {
    /// The password is wrong.
    case wrongPassword
    /// The file has no MAC: its contents are not authenticated, and a wrong password can't be distinguished from
    /// damage.
    case macMissing
    /// Bytes follow the file's end.
    case trailingBytes(count: Int)
    /// The file uses a cipher of OpenSSL's legacy provider, and that provider cannot be loaded.
    case legacyCipherUnavailable(cipher: String)
    /// OpenSSL could not decode the file.
    case undecodable(OpenSSLError)
}

extension PKCS12Error: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wrongPassword: "PKCS #12: the password does not open it"
        case .macMissing: "PKCS #12: no MAC, so the contents are not authenticated"
        case .trailingBytes(let count): "PKCS #12: \(count) bytes follow the file's end"
        case .legacyCipherUnavailable(let cipher):
            "PKCS #12: encrypted with \(cipher), which needs OpenSSL's legacy provider, and that cannot be loaded; "
                + "convert the file on a system that has it: openssl pkcs12 -in old.pfx -legacy -nodes"
                + " | openssl pkcs12 -export -out new.pfx"
        case .undecodable(let error): "PKCS #12: \(error)"
        }
    }
}
