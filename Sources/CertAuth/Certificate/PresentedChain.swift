// SPDX-License-Identifier: Apache-2.0

package import CertAuthOpenSSL

/// The certificates that a client presented, as bytes. They are neither parsed nor trusted.
public struct PresentedChain: Sendable {
    /// How the certificates arrived.
    public enum Source: Sendable, Hashable {
        /// In a TLS handshake with this server. The client proved possession of the private key of the first
        /// certificate. Never used for a certificate from a header.
        case tls
        /// In a header of a trusted proxy: the dialect, and whether the proxy stated that it verified the chain.
        case forwarded(dialect: String, verifiedByProxy: Bool)
        /// By other means, for example on a command line. No key was proven, so no client is authenticated by it.
        case offline
    }

    /// The client's certificate first, then its issuers in the order they were presented.
    package let derEncoded: [[UInt8]]
    /// How they arrived.
    package let source: Source
    /// The first of the same certificates as OpenSSL has parsed them: all, the client's own only, or none.
    package let handles: [X509Certificate]

    /// Creates a chain from DER certificates, the client's own first.
    ///
    /// Nil for an empty list.
    public init?(derEncoded: [[UInt8]], source: Source) {
        self.init(handles: [], derEncoded: derEncoded, source: source)
    }

    /// The same chain without OpenSSL's parsed certificates of the issuers. Few issuers have many clients, so the
    /// engine remembers them.
    package var withIssuersUnparsed: PresentedChain {
        handles.count < 2 ? self : PresentedChain(derEncoded, handles: Array(handles.prefix(1)), source: source)
    }

    /// The maximum number of bytes kept of a refused client's chain: two to four real certificates. The client's own
    /// certificate is always kept.
    package static let bytesAfterRefusal = 8 * 1024

    /// The same chain without OpenSSL's parsed certificates. Validating it again parses it again.
    package var unparsed: PresentedChain {
        handles.isEmpty ? self : PresentedChain(derEncoded, handles: [], source: source)
    }

    /// The part that is kept to validate a refused client again: the client's own certificate, and as many of the others
    /// as fit into `bytesAfterRefusal`.
    ///
    /// A client could present exactly this chain, so its verdict is as valid as that of any presented chain.
    package var remainderAfterRefusal: PresentedChain {
        var rest = Self.bytesAfterRefusal - derEncoded[0].count
        let issuers = derEncoded.dropFirst().prefix { certificate in
            rest -= certificate.count
            return rest >= 0
        }
        return PresentedChain([derEncoded[0]] + issuers, handles: [], source: source)
    }

    /// The total size of the certificates in bytes.
    package var byteCount: Int { derEncoded.reduce(0) { $0 + $1.count } }

    private init(_ derEncoded: [[UInt8]], handles: [X509Certificate], source: Source) {
        self.derEncoded = derEncoded
        self.handles = handles
        self.source = source
    }

    /// Creates a chain from certificates that a handshake has parsed. `handles` is empty or as long as `derEncoded`.
    package init?(handles: [X509Certificate], derEncoded: [[UInt8]], source: Source) {
        guard !derEncoded.isEmpty, handles.isEmpty || handles.count == derEncoded.count else { return nil }
        self.derEncoded = derEncoded
        self.handles = handles
        self.source = source
    }
}
