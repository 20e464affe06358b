// SPDX-License-Identifier: Apache-2.0

#if GRPC
public import CertAuth
public import GRPCCore

/// The authentication of a call's client; created only by `ClientCertificateInterceptor`.
public struct CallAuthentication: Sendable {
    /// The authentication of the current task's call; nil if no `ClientCertificateInterceptor` precedes the method.
    ///
    /// Tasks that a method starts inherit the value. If such a task starts a server, that server's calls inherit it
    /// too, so give every server its own `ClientCertificateInterceptor`.
    @TaskLocal public static var current: CallAuthentication?

    /// The result of authentication.
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

    /// The current authentication; nil if it was inherited from a call on another connection than that of `context`.
    static func current(in context: ServerContext) -> CallAuthentication? {
        guard let current, current.remotePeer == context.remotePeer, current.localPeer == context.localPeer else {
            return nil
        }
        return current
    }

    /// The client; nil for an anonymous call.
    public var client: AuthenticatedClient? { result.client }

    /// The principal; nil for an anonymous call.
    public var principal: ClaimsPrincipal? { result.principal }

    /// Returns the client of the current task's call.
    ///
    /// - Throws: `RPCError` with the status of `CallRefusal` for an anonymous call; `no-certificate` if no interceptor
    ///   precedes the method.
    public static func requireClient() throws(RPCError) -> AuthenticatedClient {
        guard let current else { throw CallRefusal(.noCertificate).error }
        return try current.requireClient()
    }

    func requireClient() throws(RPCError) -> AuthenticatedClient {
        guard let client else { throw (CallRefusal(result) ?? CallRefusal(.internalError)).error }
        return client
    }

    /// Returns the principal of the current task's call.
    ///
    /// - Throws: the errors of `requireClient()`.
    public static func requirePrincipal() throws(RPCError) -> ClaimsPrincipal { try requireClient().principal }
}
#endif
