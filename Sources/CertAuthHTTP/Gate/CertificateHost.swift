// SPDX-License-Identifier: Apache-2.0
// The host to which clients are redirected if no late certificate can be requested.

package import CertAuthTLS
package import HTTPTypes

extension HTTPSListenerConfiguration {
    /// The host to which clients are redirected.
    ///
    /// - Throws: If it is not a valid host, so that nothing else can enter a Location field.
    func checkedCertificateHost() throws(ListenerError) -> String? {
        guard let certificateHost else { return nil }
        guard HostName(authority: certificateHost) != nil else { throw .certificateHostUnusable(certificateHost) }
        return certificateHost
    }
}

extension LateCertificateError {
    /// Whether another connection, to a host that requires certificates, would succeed.
    package var isOfThisConnection: Bool {
        switch self {
        case .unsupportedByClient, .forbiddenByHTTP2: true
        case .pipelined, .alreadyAsking, .timedOut, .connectionEnded, .policyReplaced, .refusedByOpenSSL: false
        }
    }
}

extension HTTPRequest {
    /// Whether the request is already for this host, so that a redirect would loop.
    ///
    /// - Parameters:
    ///   - host: with a port if it is not 443.
    ///   - isSecure: whether the request is for `https`. Nil uses the request's scheme.
    package func isFor(host: String, isSecure: Bool? = nil) -> Bool {
        isFor(host, port: 443, ownPort: isSecure ?? (scheme != "http") ? 443 : 80)
    }

    /// Whether a redirect to `location` would lead to this request again.
    ///
    /// - Parameter isSecure: whether the request is for `https`. Nil uses the request's scheme.
    package func isTarget(of location: String, isSecure: Bool? = nil) -> Bool {
        let withoutFragment = location.prefix { $0 != "#" }
        guard !withoutFragment.hasPrefix("/") || withoutFragment.hasPrefix("//") else {
            return withoutFragment == path ?? ""
        }
        let scheme = isSecure.map { $0 ? "https:" : "http:" } ?? "\(scheme ?? "https"):"
        let rest =
            withoutFragment.lowercased().hasPrefix(scheme) ? withoutFragment.dropFirst(scheme.count) : withoutFragment
        guard rest.hasPrefix("//") else { return false }
        let place = rest.dropFirst(2)
        let end = place.firstIndex { "/?".contains($0) } ?? place.endIndex
        let target = place[end...].hasPrefix("/") ? String(place[end...]) : "/" + place[end...]
        let port = scheme == "http:" ? 80 : 443
        return target == path && isFor(String(place[..<end]), port: port, ownPort: port)
    }

    private func isFor(_ host: String, port: Int, ownPort: Int) -> Bool {
        guard let authority, let own = HostName(authority: authority), let other = HostName(authority: host) else {
            return false
        }
        return own == other && Self.port(of: authority, or: ownPort) == Self.port(of: host, or: port)
    }

    private static func port(of authority: String, or byScheme: Int) -> Int {
        guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else { return byScheme }
        return Int(authority[authority.index(after: colon)...]) ?? byScheme
    }
}
