// SPDX-License-Identifier: Apache-2.0

import CertAuth
package import CertAuthHTTP
package import HTTPTypes

/// The routes of `certauth serve`: `/whoami` and `/secure/...` for authenticated clients, `/public` for all clients,
/// and 404 for everything else.
package enum DemonstrationRoutes {
    private enum Route {
        case whoAmI, open, unknown

        /// Matches the path as it was sent; other spellings are unknown.
        init(_ target: String?) {
            let path = (target ?? "/").prefix { $0 != "?" }
            switch path {
            case "/whoami", "/secure": self = .whoAmI
            case "/public": self = .open
            case _ where path.hasPrefix("/secure/"): self = .whoAmI
            default: self = .unknown
            }
        }
    }

    /// Returns the authentication requirement of a request.
    package static func requirement(of request: HTTPRequest) -> AuthenticationRequirement {
        switch Route(request.path) {
        case .whoAmI: .required
        case .open: .optional
        case .unknown: .anonymous
        }
    }

    /// Whether this request makes the server ask for a certificate in mode delayed.
    package static func asksLate(for request: HTTPRequest) -> Bool {
        let path = (request.path ?? "/").prefix { $0 != "?" }
        return path == "/secure" || path.hasPrefix("/secure/")
    }

    /// Returns the response to a request that passed the gate.
    package static func response(to request: ListenerRequest) -> ListenerResponse {
        switch (Route(request.head.path), request.client) {
        case (.whoAmI, let client?): json(ClientJSON.whoAmI(client))
        // The gate never passes a request without a client here. If it did, the request must still be refused.
        case (.whoAmI, nil): json(["code": "internal"], status: .forbidden)
        case (.open, _): json(ClientJSON.publicPage(request.authentication))
        case (.unknown, _):
            json(["routes": .strings(["/whoami", "/public", "/secure/..."])], status: .notFound)
        }
    }

    private static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> ListenerResponse {
        var response = ListenerResponse.json(value.pretty + "\n", status: status)
        response.headerFields[.cacheControl] = "no-store"
        return response
    }
}
