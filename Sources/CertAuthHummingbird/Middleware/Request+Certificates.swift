// SPDX-License-Identifier: Apache-2.0
// Redirects and bodies of requests for which a certificate is needed.

#if Hummingbird
import CertAuth
import CertAuthTLS
import HTTPTypes
public import Hummingbird
import NIOCore

extension Request {
    /// Redirects a client from which no certificate can be requested here to the same path on a host that requires
    /// certificates (307).
    ///
    /// - Parameter host: with a port if it is not 443. Never taken from the request.
    public func redirect(toCertificateHost host: String) -> Response {
        let path = head.path ?? "/"
        return .temporaryRedirect(to: "https://\(host)\(path.hasPrefix("/") ? path : "/")")
    }

    /// Refuses a body that is announced as too large, before the client is told to send it.
    func checkLength(within limit: Int, facts: ConnectionFacts) throws(ClientCertificateRefusal) {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw .bodyTooLarge(facts) }
    }

    /// Reads the whole body.
    mutating func collectBody(within limit: Int, facts: ConnectionFacts) async throws {
        do {
            _ = try await collectBody(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw ClientCertificateRefusal.bodyTooLarge(facts)
        }
    }
}

extension Response {
    /// A redirect that no cache stores and that keeps method and body.
    static func temporaryRedirect(to location: String) -> Response {
        Response(status: .temporaryRedirect, headers: [.location: location, .cacheControl: "no-store"])
    }
}

extension ChallengeContext {
    init(_ result: AuthenticationResult, _ connection: ClientCertificateConnection, _ request: Request) {
        self.init(
            result: result,
            facts: connection.facts,
            method: request.method.rawValue,
            host: request.head.authority,
            path: request.head.path ?? "/"
        )
    }
}
#endif
