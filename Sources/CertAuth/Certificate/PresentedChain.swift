// SPDX-License-Identifier: Apache-2.0
// What a client presented, before anything is known of it.

package import CertAuthOpenSSL

/// The certificates a client presented, as bytes: nothing of them is parsed, let alone trusted.
public struct PresentedChain: Sendable {
    /// How the certificates arrived.
    public enum Source: Sendable, Hashable {
        /// In a TLS handshake with this server, in which the client proved that it holds the key of the first
        /// certificate. Never for a certificate from a header.
        case tls
        /// In a header of a trusted proxy; the dialect, and whether the proxy said that it verified the chain.
        case forwarded(dialect: String, verifiedByProxy: Bool)
        /// By hand, for instance on a command line: no key was proven, so that no client is authenticated by it.
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

    /// The most bytes that are kept of a chain whose client was refused: two to four real certificates. The client's own
    /// certificate is always kept.
    package static let bytesAfterRefusal = 8 * 1024

    /// The same without what OpenSSL has parsed: judging it again parses it again.
    package var unparsed: PresentedChain {
        handles.isEmpty ? self : PresentedChain(unparsed: derEncoded, source: source)
    }

    /// What is kept for judging a refused client again: the client's own certificate, and as many of the others as fit
    /// into `bytesAfterRefusal`.
    ///
    /// A client might have presented just these, so that nothing is concluded from it that could not be so already.
    package var remainderAfterRefusal: PresentedChain {
        var rest = Self.bytesAfterRefusal - derEncoded[0].count
        let issuers = derEncoded.dropFirst().prefix { certificate in
            rest -= certificate.count
            return rest >= 0
        }
        return PresentedChain(unparsed: [derEncoded[0]] + issuers, source: source)
    }

    /// How many bytes of certificates there are.
    package var byteCount: Int { derEncoded.reduce(0) { $0 + $1.count } }

    private init(unparsed derEncoded: [[UInt8]], source: Source) {
        self.derEncoded = derEncoded
        self.source = source
        handles = []
    }

    /// Takes certificates that a handshake has parsed; `handles` is empty or as long as `derEncoded`.
    package init?(handles: [X509Certificate], derEncoded: [[UInt8]], source: Source) {
        guard !derEncoded.isEmpty, handles.isEmpty || handles.count == derEncoded.count else { return nil }
        self.derEncoded = derEncoded
        self.handles = handles
        self.source = source
    }
}
