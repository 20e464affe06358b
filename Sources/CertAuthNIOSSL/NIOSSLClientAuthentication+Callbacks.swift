// SPDX-License-Identifier: Apache-2.0
// Implements NIOSSL's two verification callbacks.

#if NIOSSL
internal import CertAuth
public import NIOCore
public import NIOSSL

extension NIOSSLClientAuthentication {
    /// A callback for `customVerificationCallback` of `NIOSSLServerHandler` and of Hummingbird's
    /// `TLSChannelConfiguration`.
    ///
    /// The channel keeps no validated chain; `authenticate(_:)` finds the issuers in this adapter's memory. Every
    /// request must be authenticated, because a client whose revocation status must still be fetched passes the
    /// handshake.
    public var customVerificationCallback:
        @Sendable ([NIOSSLCertificate], EventLoopPromise<NIOSSLVerificationResult>) -> Void
    {
        { certificates, promise in
            let encodings = Result { try certificates.map { try $0.toDERBytes() } }
            promise.completeWithTask {
                guard let path = self.path(inHandshakeOf: try encodings.get()) else { return .failed }
                self.memory.propose(path)
                return .certificateVerified
            }
        }
    }

    /// A callback for `customVerificationCallbackWithMetadata` of `NIOSSLServerHandler` and
    /// `customVerificationCallback` of gRPC.
    ///
    /// On success NIOSSL keeps the validated path, including the trust anchor. Every request must be authenticated,
    /// because a client whose revocation status must still be fetched passes the handshake.
    public var customVerificationCallbackWithMetadata:
        @Sendable ([NIOSSLCertificate], EventLoopPromise<NIOSSLVerificationResultWithMetadata>) -> Void
    {
        { certificates, promise in
            let encodings = Result { try certificates.map { try $0.toDERBytes() } }
            promise.completeWithTask {
                guard let path = self.path(inHandshakeOf: try encodings.get()) else { return .failed }
                self.memory.propose(path)
                return Self.result(of: path)
            }
        }
    }

    /// Validates the chain of a full handshake, like `verify(derEncoded:)`, with NIOSSL's types.
    ///
    /// - Returns: `.failed` also if a certificate cannot be decoded.
    public func verify(_ certificates: [NIOSSLCertificate]) async -> NIOSSLVerificationResultWithMetadata {
        guard let encodings = try? certificates.map({ try $0.toDERBytes() }),
            case .accepted(let path) = await verify(derEncoded: encodings)
        else { return .failed }
        return Self.result(of: path)
    }

    /// Validates and completes `promise`. On acceptance, first calls `onAcceptance` with the chain as presented.
    func verify(
        _ certificates: [NIOSSLCertificate],
        onAcceptance: @escaping @Sendable ([[UInt8]]) -> Void,
        _ promise: EventLoopPromise<NIOSSLVerificationResultWithMetadata>
    ) {
        let encodings = Result { try certificates.map { try $0.toDERBytes() } }
        promise.completeWithTask {
            let presented = try encodings.get()
            guard let path = self.path(inHandshakeOf: presented) else { return .failed }
            let result = Self.result(of: path)
            if case .certificateVerified = result { onAcceptance(presented) }
            return result
        }
    }

    private static func result(of path: ValidatedChain) -> NIOSSLVerificationResultWithMetadata {
        let certificates = try? path.certificates.map { try NIOSSLCertificate(bytes: $0.derEncoded, format: .der) }
        guard let certificates, !certificates.isEmpty else { return .failed }
        return .certificateVerified(VerificationMetadata(ValidatedCertificateChain(certificates)))
    }
}
#endif
