// SPDX-License-Identifier: Apache-2.0
// Lets methods throw an authentication failure.

#if GRPC
public import CertAuth
public import GRPCCore

/// A failure thrown by a method ends the call with the status of `CallRefusal`.
extension AuthenticationFailure: RPCErrorConvertible {
    /// The gRPC status code.
    public var rpcErrorCode: RPCError.Code { CallRefusal(code).status }

    /// The failure code and its public sentence.
    public var rpcErrorMessage: String { CallRefusal(self).error.message }
}
#endif
