// SPDX-License-Identifier: Apache-2.0
// Why a TLS configuration cannot be used.

/// A TLS configuration that cannot mean what it says; thrown at start-up, never while serving.
public enum TLSConfigurationError: Error, Equatable, Sendable {
    /// The mode asks for certificates but nothing could judge them.
    case authenticatorMissing(mode: ClientCertificateMode)
    /// Validation at the request was chosen, but no layer that gates requests stands above.
    case requestGateMissing
    /// The mode is reserved and not available in this version.
    case modeNotAvailable(ClientCertificateMode)
    /// A limit or timeout that must be positive is not.
    case notPositive(setting: String, found: Int)
    /// An ALPN name that cannot be sent: names have 1 to 255 bytes.
    case applicationProtocolUnusable(name: String)
    /// The server's certificate or key cannot be used.
    case identityUnusable(source: String, reason: String)
    /// OpenSSL refused a setting.
    case refusedByOpenSSL(reason: String)
}

extension TLSConfigurationError: CustomStringConvertible {
    /// What is wrong, what was found and what would be right.
    public var description: String {
        switch self {
        case .authenticatorMissing(let mode):
            "client certificate mode '\(mode.rawValue)' without an authenticator: "
                + "give a CertificateAuthenticator, or choose mode 'none'"
        case .requestGateMissing:
            "validation at the request without a request gate: certificates would never be judged; "
                + "use validation in the handshake, or serve with HTTPSListener"
        case .modeNotAvailable(let mode):
            "client certificate mode '\(mode.rawValue)' is not available yet: choose 'none', 'allow' or 'require'"
        case .notPositive(let setting, let found):
            "\(setting) is \(found), expected more than zero"
        case .applicationProtocolUnusable(let name):
            "ALPN protocol name '\(name)' has \(name.utf8.count) bytes, expected 1 to 255"
        case .identityUnusable(let source, let reason):
            "server identity from \(source): \(reason)"
        case .refusedByOpenSSL(let reason):
            "TLS settings refused: \(reason)"
        }
    }
}
