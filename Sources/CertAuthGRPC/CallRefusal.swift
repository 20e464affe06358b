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
/// The message is the stable code and the sentence of `FailureReference.publicSentence`, which tells the client nothing
/// that it does not know: `expired: The client certificate has expired.`
public struct CallRefusal: Sendable, Hashable {
    /// Why.
    public let code: FailureCode

    /// A refusal for this reason.
    public init(_ code: FailureCode) { self.code = code }

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
    public var error: RPCError { RPCError(code: status, message: "\(code): \(code.publicSentence)") }
}
#endif
