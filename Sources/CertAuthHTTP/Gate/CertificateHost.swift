// SPDX-License-Identifier: Apache-2.0
// Where clients go that can't be asked for their certificate late.

package import CertAuthTLS
package import HTTPTypes

extension HTTPSListenerConfiguration {
    /// The host that clients are sent to.
    ///
    /// - Throws: for what is no host, so that nothing else gets into a Location field.
    func checkedCertificateHost() throws(ListenerError) -> String? {
        guard let certificateHost else { return nil }
        guard HostName(authority: certificateHost) != nil else { throw .certificateHostUnusable(certificateHost) }
        return certificateHost
    }
}

extension LateCertificateError {
    /// Whether another connection, to a host that demands certificates, would do better.
    package var isOfThisConnection: Bool {
        switch self {
        case .unsupportedByClient, .forbiddenByHTTP2: true
        case .pipelined, .alreadyAsking, .timedOut, .connectionEnded, .refusedByOpenSSL: false
        }
    }
}

extension HTTPRequest {
    /// Whether the request is for this host already, so that sending its client there would lead back to where it is.
    ///
    /// - Parameter host: with a port where it is not that of the scheme.
    package func isFor(host: String) -> Bool {
        guard let authority, let own = HostName(authority: authority), let other = HostName(authority: host) else {
            return false
        }
        return own == other && port(of: authority) == port(of: host)
    }

    /// Whether a redirect to `location` would lead to this request again.
    func isTarget(of location: String) -> Bool {
        let withoutFragment = String(location.prefix { $0 != "#" })
        guard !withoutFragment.hasPrefix("/") || withoutFragment.hasPrefix("//") else { return withoutFragment == path }
        let scheme = "\(scheme ?? "https"):"
        var rest = withoutFragment[...]
        if rest.lowercased().hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
        guard rest.hasPrefix("//") else { return false }
        rest = rest.dropFirst(2)
        let end = rest.firstIndex { "/?".contains($0) } ?? rest.endIndex
        let target = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
        return isFor(host: String(rest[..<end])) && target == path
    }

    private func port(of authority: String) -> Int {
        let byScheme = scheme == "http" ? 80 : 443
        guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else { return byScheme }
        return Int(authority[authority.index(after: colon)...]) ?? byScheme
    }
}
