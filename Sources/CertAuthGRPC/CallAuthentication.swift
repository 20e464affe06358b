// SPDX-License-Identifier: Apache-2.0
// What a method may know of the client that calls it.

#if GRPC
public import CertAuth
public import GRPCCore

/// What is known of the client of a call; made by `ClientCertificateInterceptor` alone.
public struct CallAuthentication: Sendable {
    /// The call that this task answers; nil where no `ClientCertificateInterceptor` is before the method.
    ///
    /// Tasks that a method starts inherit it, and so do the calls of a server that such a task starts: give every server
    /// a `ClientCertificateInterceptor` of its own.
    @TaskLocal public static var current: CallAuthentication?

    /// What the authenticator said.
    public let result: AuthenticationResult

    let authenticator: CertificateAuthenticator

    private let remotePeer: String
    private let localPeer: String

    init(result: AuthenticationResult, authenticator: CertificateAuthenticator, _ context: ServerContext) {
        self.result = result
        self.authenticator = authenticator
        remotePeer = context.remotePeer
        localPeer = context.localPeer
    }

    /// The call of the connection that `context` names; nil for one that was inherited from a call on another.
    static func current(in context: ServerContext) -> CallAuthentication? {
        guard let current, current.remotePeer == context.remotePeer, current.localPeer == context.localPeer else {
            return nil
        }
        return current
    }

    /// The client, nil for an anonymous call.
    public var client: AuthenticatedClient? { result.client }

    /// The principal, nil for an anonymous call.
    public var principal: ClaimsPrincipal? { result.principal }

    /// The client of the call that this task answers.
    ///
    /// - Throws: `RPCError` with the status of `CallRefusal` for an anonymous call; `no-certificate` where no interceptor
    ///   is before the method.
    public static func requireClient() throws(RPCError) -> AuthenticatedClient {
        guard let current else { throw CallRefusal(.noCertificate).error }
        return try current.requireClient()
    }

    func requireClient() throws(RPCError) -> AuthenticatedClient {
        guard let client else { throw (CallRefusal(result) ?? CallRefusal(.internalError)).error }
        return client
    }

    /// The principal of the call that this task answers.
    ///
    /// - Throws: as `requireClient()`.
    public static func requirePrincipal() throws(RPCError) -> ClaimsPrincipal { try requireClient().principal }
}
#endif
