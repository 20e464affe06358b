// SPDX-License-Identifier: Apache-2.0
// Judges the presented chain inside the handshake and remembers what came of it.

import CertAuth
import CertAuthOpenSSL

/// Judges the chain of one connection inside its handshake.
final class HandshakeJudge {
    private let authenticator: CertificateAuthenticator?
    private let validatesInHandshake: Bool
    /// The chain as presented, once there is one.
    private(set) var presentedChain: PresentedChain?
    /// Why the chain was refused.
    private(set) var failure: AuthenticationFailure?

    init(configuration: TLSServerConfiguration) {
        authenticator = configuration.authenticator
        validatesInHandshake = configuration.validation == .handshake
    }

    /// Answers OpenSSL: synchronous, without hooks, on the event loop.
    func decide(on certificates: [X509Certificate]) -> ChainDecision {
        guard let authenticator, let encodings = try? certificates.map({ try $0.encodedDER() }),
            let chain = PresentedChain(handles: certificates, derEncoded: encodings, source: .tls)
        else {
            return .refuse(.internalError)
        }
        presentedChain = chain
        guard validatesInHandshake else { return .accept }
        switch authenticator.validate(chain) {
        case .accepted: return .accept
        case .refused(let failure, _):
            self.failure = failure
            return .refuse(failure.code.certificateAlert)
        }
    }
}
