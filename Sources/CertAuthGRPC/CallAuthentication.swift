// SPDX-License-Identifier: Apache-2.0
// What a method may know of the client that calls it.

#if GRPC
public import CertAuth
public import GRPCCore

/// What is known of the client of a call; made by `ClientCertificateInterceptor` alone.
public struct CallAuthentication: Sendable {
    /// The call that this task answers; nil where no `ClientCertificateInterceptor` stands before the method.
    @TaskLocal public static var current: CallAuthentication?

    /// What the authenticator said.
    public let result: AuthenticationResult

    let authenticator: CertificateAuthenticator

    init(result: AuthenticationResult, authenticator: CertificateAuthenticator) {
        self.result = result
        self.authenticator = authenticator
    }

    /// The client, nil for an anonymous call.
    public var client: AuthenticatedClient? { result.client }

    /// The principal, nil for an anonymous call.
    public var principal: ClaimsPrincipal? { result.principal }

    /// The client of the call that this task answers.
    ///
    /// - Throws: `RPCError` with the status of `CallRefusal` for an anonymous call; `no-certificate` where no interceptor
    ///   stands before the method.
    public static func requireClient() throws(RPCError) -> AuthenticatedClient {
        guard let current else { throw CallRefusal(.noCertificate).error }
        guard let client = current.client else {
            throw CallRefusal(current.result.refusalCode ?? .internalError).error
        }
        return client
    }

    /// The principal of the call that this task answers.
    ///
    /// - Throws: as `requireClient()`.
    public static func requirePrincipal() throws(RPCError) -> ClaimsPrincipal { try requireClient().principal }
}
#endif
