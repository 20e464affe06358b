// SPDX-License-Identifier: Apache-2.0

/// Why a trust store could not be created.
public enum TrustStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The source contains no certificate.
    case empty(source: String)
    /// A file is broken. None of its certificates are used.
    case unusable(CertificateLoadingError)
    /// A folder cannot be listed: its path and the system's error text.
    case unreadableFolder(path: String, reason: String)
    /// None of the usual locations of system roots exists.
    case noSystemRoots(tried: [String])
    /// OpenSSL does not offer SHA-256: its error text.
    case digestUnavailable(String)

    /// One line: which source, what was found, what was expected.
    public var description: String {
        switch self {
        case .empty(let source): "\(source): no trust anchor, expected at least one certificate"
        case .unusable(let error): "trust anchors: \(error)"
        case .unreadableFolder(let path, let reason): "\(path): the folder can't be read: \(reason)"
        case .noSystemRoots(let tried): "no system roots found, tried \(tried.joined(separator: ", "))"
        case .digestUnavailable(let reason): "SHA-256 is not available: \(reason)"
        }
    }
}
