// SPDX-License-Identifier: Apache-2.0

#if GRPC
internal import CertAuth
internal import CertAuthNIOSSL
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import SwiftASN1
internal import X509

/// The client's chain and the facts of the connection that a call arrived on.
struct TransportClient {
    /// Nil without a certificate, and if a certificate cannot be decoded; the client is then anonymous.
    let chain: PresentedChain?
    let facts: ConnectionFacts

    /// Reads the Posix transport's context: the path after a full handshake, only the leaf after a resumption.
    init(_ context: ServerContext, _ authentication: NIOSSLClientAuthentication) {
        let posix = context.transportSpecific as? HTTP2ServerTransport.Posix.Context
        var certificates: [[UInt8]]?
        if let path = posix?.peerCertificateChain {
            let encodings = path.compactMap { Self.derEncoded($0) }
            // The trust anchor comes from the policy, not from the client.
            let presented = encodings.count > 1 ? Array(encodings.dropLast()) : encodings
            certificates = encodings.count == path.count ? presented : nil
        } else if let leaf = posix?.peerCertificate.flatMap({ Self.derEncoded($0) }) {
            certificates = authentication.knownChain(of: leaf)
        }
        chain = certificates.flatMap { PresentedChain(derEncoded: $0, source: .tls) }
        facts = ConnectionFacts(
            isSecure: posix != nil,
            peerAddress: Self.address(of: context.remotePeer),
            isResumed: chain != nil && posix?.peerCertificateChain == nil
        )
    }

    private static func derEncoded(_ certificate: X509.Certificate) -> [UInt8]? {
        var serializer = DER.Serializer()
        do {
            try serializer.serialize(certificate)
        } catch {
            return nil
        }
        return serializer.serializedBytes
    }

    /// Returns `192.0.2.1:5000` for `ipv4:192.0.2.1:5000`; a text without an address is returned unchanged.
    private static func address(of peer: String) -> String {
        for scheme in ["ipv4:", "ipv6:"] where peer.hasPrefix(scheme) { return String(peer.dropFirst(scheme.count)) }
        return peer
    }
}
#endif
