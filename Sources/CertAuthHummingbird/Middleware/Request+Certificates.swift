// SPDX-License-Identifier: Apache-2.0
// What requests are asked on the way to their client's certificate.

#if Hummingbird
import CertAuth
import CertAuthTLS
import HTTPTypes
public import Hummingbird
import NIOCore

extension Request {
    /// Sends the client, which cannot be asked here, to the same path on a host that demands certificates (307).
    ///
    /// - Parameter host: with a port where it is not 443; never taken from the request.
    public func redirect(toCertificateHost host: String) -> Response {
        let path = head.path ?? "/"
        return .temporaryRedirect(to: "https://\(host)\(path.hasPrefix("/") ? path : "/")")
    }

    /// Refuses a body that is announced to be too large, before the client is told to send it.
    func checkLength(within limit: Int, facts: ConnectionFacts) throws(ClientCertificateRefusal) {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw .bodyTooLarge(facts) }
    }

    /// Reads the body whole.
    mutating func collectBody(within limit: Int, facts: ConnectionFacts) async throws {
        do {
            _ = try await collectBody(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw ClientCertificateRefusal.bodyTooLarge(facts)
        }
    }
}

extension Response {
    /// A redirect that no cache keeps and that leaves method and body as they are.
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
