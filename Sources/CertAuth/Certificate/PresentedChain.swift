// SPDX-License-Identifier: Apache-2.0
// What a client presented, before anything is known of it.

package import CertAuthOpenSSL

/// The certificates a client presented, as bytes: nothing of them is parsed, let alone trusted.
public struct PresentedChain: Sendable {
    /// How the certificates arrived.
    public enum Source: Sendable, Hashable {
        /// In a TLS handshake that proved the key of the first certificate.
        case tls
        /// In a header of a proxy; the dialect, and whether the proxy said that it verified the chain.
        case forwarded(dialect: String, verifiedByProxy: Bool)
        /// By hand, for instance on a command line: nobody proved the key.
        case offline
    }

    /// The client's certificate first, then its issuers in the order they were presented.
    public let derEncoded: [[UInt8]]
    /// How they arrived.
    public let source: Source
    /// The same certificates where OpenSSL has parsed them already, else empty.
    package let handles: [X509Certificate]

    /// Takes DER certificates, the client's own first.
    ///
    /// Nil for an empty list: no certificate is no chain.
    public init?(derEncoded: [[UInt8]], source: Source) {
        self.init(handles: [], derEncoded: derEncoded, source: source)
    }

    /// Takes certificates that a handshake has parsed; `handles` is empty or as long as `derEncoded`.
    package init?(handles: [X509Certificate], derEncoded: [[UInt8]], source: Source) {
        guard !derEncoded.isEmpty, handles.isEmpty || handles.count == derEncoded.count else { return nil }
        self.derEncoded = derEncoded
        self.handles = handles
        self.source = source
    }
}
