// SPDX-License-Identifier: Apache-2.0

#if NIOSSL
/// Why a channel's client is not known.
public enum ClientAdmissionError: Error, Equatable, Sendable {
    /// The handshake, or the authentication after it, is not complete.
    case notAdmittedYet
}

/// Why a TLS configuration cannot authenticate clients.
public enum NIOSSLConfigurationError: Error, Equatable, Sendable {
    /// `certificateVerification` is `.none`, which asks no client for a certificate. `.noHostnameVerification` requires
    /// a certificate, `.optionalVerification` asks for one.
    case clientsAreNotAsked
    /// The names that `sendCANameList` would send do not fit in a CertificateRequest message, so no handshake would
    /// succeed.
    case authorityNamesTooLong(count: Int, bytes: Int, limit: Int)
}

extension NIOSSLConfigurationError: CustomStringConvertible {
    /// The cause, in one line.
    public var description: String {
        switch self {
        case .clientsAreNotAsked:
            "certificateVerification is .none, so no client is asked for a certificate; "
                + "expected .noHostnameVerification or .optionalVerification"
        case .authorityNamesTooLong(let count, let bytes, let limit):
            "sendCANameList: the names of \(count) authorities have \(bytes) bytes, expected at most \(limit) in the "
                + "request for a certificate: no handshake would succeed; leave sendCANameList out, or name fewer "
                + "authorities in trustRoots"
        }
    }
}
#endif
