// SPDX-License-Identifier: Apache-2.0
// What the transport knows of a call's client.

#if GRPC
internal import CertAuth
internal import CertAuthNIOSSL
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import SwiftASN1
internal import X509

/// The chain and the facts of the connection that a call came over.
struct TransportClient {
    /// Nil without a certificate, and for one that can't be read back: then nobody is known.
    let chain: PresentedChain?
    let facts: ConnectionFacts

    /// Takes what the Posix transport tells: the path of a full handshake, the leaf alone of a resumed one.
    init(_ context: ServerContext, _ authentication: NIOSSLClientAuthentication) {
        let posix = context.transportSpecific as? HTTP2ServerTransport.Posix.Context
        var certificates: [[UInt8]]?
        if let path = posix?.peerCertificateChain {
            let encodings = path.compactMap { Self.derEncoded($0) }
            // The anchor is the policy's to name, not the client's.
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

    /// `192.0.2.1:5000` of `ipv4:192.0.2.1:5000`; what has no address stays as it is.
    private static func address(of peer: String) -> String {
        for scheme in ["ipv4:", "ipv6:"] where peer.hasPrefix(scheme) { return String(peer.dropFirst(scheme.count)) }
        return peer
    }
}
#endif
