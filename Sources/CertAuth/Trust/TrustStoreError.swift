// SPDX-License-Identifier: Apache-2.0
// Why there is no trust store.

/// A trust store that could not be made.
public enum TrustStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The source holds no certificate.
    case empty(source: String)
    /// A file is broken; nothing of it is used.
    case unusable(CertificateLoadingError)
    /// A folder can't be listed; the system's words.
    case unreadableFolder(path: String, reason: String)
    /// None of the places where systems keep their roots exists.
    case noSystemRoots(tried: [String])
    /// OpenSSL offers no SHA-256; its words.
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
