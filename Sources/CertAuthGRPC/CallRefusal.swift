// SPDX-License-Identifier: Apache-2.0

#if GRPC
public import CertAuth
public import GRPCCore

/// The refusal of a call, as the client receives it.
///
/// | status | meaning |
/// |---|---|
/// | `UNAUTHENTICATED` | no certificate, no TLS, or a certificate refused by a rule, the engine or a hook |
/// | `PERMISSION_DENIED` | an authenticated client refused by an authorization policy |
/// | `UNAVAILABLE` | `revocation-unknown`: the server lacks revocation evidence, so the client may try again |
/// | `INTERNAL` | `internal`: the server could not reach a decision |
///
/// The message is the stable code and the public sentence, which tells clients nothing that they do not know already:
/// `expired: The client certificate has expired.` If the failure is about an issuer's certificate, the sentence says so
/// (`FailureReference.issuerSentence`).
package struct CallRefusal: Sendable, Hashable {
    /// The reason of the refusal.
    package let code: FailureCode

    private let sentence: String

    /// Creates a refusal for a failure code.
    package init(_ code: FailureCode) {
        self.code = code
        sentence = code.publicSentence
    }

    /// Creates a refusal for a failure. Its sentence names the certificate that the failure is about.
    init(_ failure: AuthenticationFailure) {
        code = failure.code
        sentence = failure.publicSentence
    }

    /// Creates a refusal for an authentication result; nil for a success.
    init?(_ result: AuthenticationResult) {
        guard let code = result.refusalCode else { return nil }
        self = result.failure.map { CallRefusal($0) } ?? CallRefusal(code)
    }

    /// The gRPC status code.
    package var status: RPCError.Code {
        switch code {
        case .notAuthorized: .permissionDenied
        case .revocationUnknown: .unavailable
        case .internalError: .internalError
        default: .unauthenticated
        }
    }

    /// The error to throw from a method or an interceptor.
    package var error: RPCError { RPCError(code: status, message: "\(code): \(sentence)") }
}

/// A failure that a method throws ends the call with the status of `CallRefusal`.
extension AuthenticationFailure: RPCErrorConvertible {
    /// The gRPC status code.
    public var rpcErrorCode: RPCError.Code { CallRefusal(code).status }

    /// The code and its sentence for clients.
    public var rpcErrorMessage: String { CallRefusal(self).error.message }
}
#endif
