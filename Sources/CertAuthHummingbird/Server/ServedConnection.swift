// SPDX-License-Identifier: Apache-2.0
// The connection that a request came on, where the request's context finds it.

#if Hummingbird
import CertAuth
import CertAuthTLS

/// What the server knows of a connection; bound for all of its requests when it begins, so that none of them has to ask
/// its event loop.
struct ServedConnection: Sendable {
    @TaskLocal static var current: ServedConnection?

    let connection: ClientCertificateConnection
    let peer: ConnectionPeer
    /// What the gate has found out about the client of the one request that is being answered.
    var result: AuthenticationResult?
}

extension ClientCertificateConnection {
    /// Authenticates one request on this connection.
    func authenticateRequest() async -> AuthenticationResult {
        guard let authentication else { return .noResult(facts.isSecure ? .noCertificate : .notHTTPS) }
        let result = await authentication.authenticate()
        if case .success = result { clientWasAuthenticated() }
        return result
    }
}
#endif
