// SPDX-License-Identifier: Apache-2.0
// Failures that methods throw.

#if GRPC
public import CertAuth
public import GRPCCore

/// A failure that a method throws ends the call with the status of `CallRefusal`.
extension AuthenticationFailure: RPCErrorConvertible {
    /// The gRPC status code.
    public var rpcErrorCode: RPCError.Code { CallRefusal(code).status }

    /// The code and its sentence for clients.
    public var rpcErrorMessage: String { CallRefusal(self).error.message }
}
#endif
