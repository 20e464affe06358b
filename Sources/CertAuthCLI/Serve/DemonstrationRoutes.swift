// SPDX-License-Identifier: Apache-2.0
// The routes of `certauth serve`.

import CertAuth
package import CertAuthHTTP
package import HTTPTypes

/// `/whoami` and `/secure/...` for authenticated clients, `/public` for everyone, 404 for the rest.
package enum DemonstrationRoutes {
    private enum Route {
        case whoAmI, open, unknown

        /// By the path as it was sent: what is spelled in another way is unknown.
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

    /// What a request demands.
    package static func requirement(of request: HTTPRequest) -> AuthenticationRequirement {
        switch Route(request.path) {
        case .whoAmI: .required
        case .open: .optional
        case .unknown: .anonymous
        }
    }

    /// Whether a client is asked for its certificate for this request, in mode delayed.
    package static func asksLate(for request: HTTPRequest) -> Bool {
        let path = (request.path ?? "/").prefix { $0 != "?" }
        return path == "/secure" || path.hasPrefix("/secure/")
    }

    /// The answer to a request that was let through.
    package static func response(to request: ListenerRequest) -> ListenerResponse {
        switch (Route(request.head.path), request.client) {
        case (.whoAmI, let client?): json(ClientJSON.whoAmI(client))
        // The gate lets nobody through without a client; if it did, this is still no.
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
