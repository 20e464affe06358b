// SPDX-License-Identifier: Apache-2.0
// Why nothing is said of a channel's client, or no server started.

#if NIOSSL
/// Why nothing is said of a channel's client.
public enum ClientAdmissionError: Error, Equatable, Sendable {
    /// The handshake, or the judgement that follows it, is not over.
    case notAdmittedYet
}

/// Why a TLS configuration can't authenticate clients.
public enum NIOSSLConfigurationError: Error, Equatable, Sendable {
    /// `certificateVerification` is `.none`, which asks no client for a certificate: `.noHostnameVerification` demands
    /// one, `.optionalVerification` asks for one.
    case clientsAreNotAsked
    /// `sendCANameList` would send more names than the request for a certificate can hold, so that no handshake succeeds.
    case authorityNamesTooLong(count: Int, bytes: Int, limit: Int)
}

extension NIOSSLConfigurationError: CustomStringConvertible {
    /// The cause in one line.
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
