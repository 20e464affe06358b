// SPDX-License-Identifier: Apache-2.0
// The one table from a failure code to a gRPC status.

#if GRPC
public import CertAuth
public import GRPCCore

/// A call that was refused, as its client hears of it.
///
/// | status | for |
/// |---|---|
/// | `UNAUTHENTICATED` | no certificate, no TLS, and every certificate that was refused, by a rule, the engine or a hook |
/// | `PERMISSION_DENIED` | a client that is known and that an authorization policy does not let go on |
/// | `UNAVAILABLE` | `revocation-unknown`: the evidence is missing on the server's side, the client may come again |
/// | `INTERNAL` | `internal`: the server could not come to a decision |
///
/// The message is the stable code and the sentence for clients, which tells them nothing that they do not know: `expired:
/// The client certificate has expired.` If the failure is about the certificate of an issuer, the sentence says so
/// (`FailureReference.issuerSentence`).
public struct CallRefusal: Sendable, Hashable {
    /// Why.
    public let code: FailureCode

    private let sentence: String

    /// A refusal for this reason.
    public init(_ code: FailureCode) {
        self.code = code
        sentence = code.publicSentence
    }

    /// A refusal because of this failure: the sentence is about the certificate that the failure is about.
    init(_ failure: AuthenticationFailure) {
        code = failure.code
        sentence = failure.publicSentence
    }

    /// Nil for a success.
    init?(_ result: AuthenticationResult) {
        guard let code = result.refusalCode else { return nil }
        self = result.failure.map { CallRefusal($0) } ?? CallRefusal(code)
    }

    /// The gRPC status code.
    public var status: RPCError.Code {
        switch code {
        case .notAuthorized: .permissionDenied
        case .revocationUnknown: .unavailable
        case .internalError: .internalError
        default: .unauthenticated
        }
    }

    /// What to throw from a method or an interceptor.
    public var error: RPCError { RPCError(code: status, message: "\(code): \(sentence)") }
}

/// A failure that a method throws ends the call with the status of `CallRefusal`.
extension AuthenticationFailure: RPCErrorConvertible {
    /// The gRPC status code.
    public var rpcErrorCode: RPCError.Code { CallRefusal(code).status }

    /// The code and its sentence for clients.
    public var rpcErrorMessage: String { CallRefusal(self).error.message }
}
#endif
