// SPDX-License-Identifier: Apache-2.0
// NIOSSL's two verification callbacks, answered by the engine.

#if NIOSSL
internal import CertAuth
public import NIOCore
public import NIOSSL

extension NIOSSLClientAuthentication {
    /// For `customVerificationCallback` of `NIOSSLServerHandler` and of Hummingbird's `TLSChannelConfiguration`.
    ///
    /// The channel keeps no validated chain; `authenticate(_:)` finds the issuers in this adapter's memory.
    public var customVerificationCallback:
        @Sendable ([NIOSSLCertificate], EventLoopPromise<NIOSSLVerificationResult>) -> Void
    {
        { certificates, promise in
            let encodings = Result { try certificates.map { try $0.toDERBytes() } }
            promise.completeWithTask {
                switch await self.verify(derEncoded: try encodings.get()) {
                case .accepted: .certificateVerified
                case .refused: .failed
                }
            }
        }
    }

    /// For `customVerificationCallbackWithMetadata` of `NIOSSLServerHandler` and `customVerificationCallback` of gRPC.
    ///
    /// On success NIOSSL keeps the path that was validated, anchor included.
    public var customVerificationCallbackWithMetadata:
        @Sendable ([NIOSSLCertificate], EventLoopPromise<NIOSSLVerificationResultWithMetadata>) -> Void
    {
        { certificates, promise in self.verify(certificates, onAcceptance: { _ in }, promise) }
    }

    /// Judges the chain of a full handshake, in NIOSSL's own types.
    ///
    /// - Returns: `.failed` also for certificates that can't be read.
    public func verify(_ certificates: [NIOSSLCertificate]) async -> NIOSSLVerificationResultWithMetadata {
        guard let encodings = try? certificates.map({ try $0.toDERBytes() }) else { return .failed }
        return Self.result(of: await verify(derEncoded: encodings))
    }

    /// Judges and completes `promise`; `onAcceptance` hears first of a chain that holds, as it was presented.
    func verify(
        _ certificates: [NIOSSLCertificate],
        onAcceptance: @escaping @Sendable ([[UInt8]]) -> Void,
        _ promise: EventLoopPromise<NIOSSLVerificationResultWithMetadata>
    ) {
        let encodings = Result { try certificates.map { try $0.toDERBytes() } }
        promise.completeWithTask {
            let presented = try encodings.get()
            let result = Self.result(of: await self.verify(derEncoded: presented))
            if case .certificateVerified = result { onAcceptance(presented) }
            return result
        }
    }

    private static func result(of verdict: ValidationVerdict) -> NIOSSLVerificationResultWithMetadata {
        guard case .accepted(let path) = verdict,
            let certificates = try? path.certificates.map({ try NIOSSLCertificate(bytes: $0.derEncoded, format: .der) }
            ),
            !certificates.isEmpty
        else { return .failed }
        return .certificateVerified(VerificationMetadata(ValidatedCertificateChain(certificates)))
    }
}
#endif
