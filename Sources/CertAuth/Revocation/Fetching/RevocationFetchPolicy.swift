// SPDX-License-Identifier: Apache-2.0

/// The limits of fetching: what, from where, how much and how long. Every default is the strict one.
public struct RevocationFetchPolicy: Sendable, Hashable {
    /// Hosts that may be reached at any address and port: names or addresses as in URLs, optionally with `:port`.
    /// Private CAs often use private addresses and must be listed here.
    public var allowedHosts: Set<String> = []
    /// Whether only `allowedHosts` may be reached.
    public var reachesOnlyAllowedHosts = false
    /// The deadline for all fetches of one authentication together.
    ///
    /// Two seconds, because most clients give up a handshake that takes longer.
    public var deadline: Duration = .seconds(2)
    /// The deadline for one fetch that no client waits for.
    public var refreshDeadline: Duration = .seconds(30)
    /// The maximum size of a CRL in bytes. 64 MiB hold about two million entries, more than any public CRL.
    public var maximumListBytes = 64 << 20
    /// The maximum size of an OCSP response in bytes. Real ones have 0.5 to 4 KB.
    public var maximumResponseBytes = 64 << 10
    /// The maximum number of redirects.
    public var redirects = 3
    /// The maximum number of concurrent fetches. Further fetches wait; their deadline includes that time.
    public var concurrentFetches = 16
    /// The maximum number of sources tried for one certificate.
    public var sourcesPerCertificate = 8

    /// Creates strict limits.
    public init() {}

    /// Whether `allowedHosts` contains the host of `url`.
    package func names(_ url: RevocationURL) -> Bool {
        allowedHosts.contains { entry in
            let entry = entry.lowercased()
            return entry == url.host || entry == url.bracketedHost || entry == "\(url.bracketedHost):\(url.port)"
        }
    }

    /// Throws if the URL may not be fetched. This runs before the host is resolved.
    public func check(_ url: RevocationURL) throws(RevocationFetchError) {
        guard !names(url) else { return }
        guard !reachesOnlyAllowedHosts else { throw .hostNotAllowed(host: url.host) }
        guard url.port == 80 || url.port == 443 else { throw .blockedPort(host: url.host, port: url.port) }
        if let literal = IPAddress(url.host) { try check([literal], of: url) }
    }

    /// Throws if one of the host's addresses may not be reached.
    ///
    /// One such address is enough: a name with both a public and a private address is a common way around such checks.
    public func check(_ addresses: [IPAddress], of url: RevocationURL) throws(RevocationFetchError) {
        guard !names(url) else { return }
        for address in addresses where address.kind != .global {
            throw .blockedAddress(host: url.host, address: address, kind: address.kind)
        }
    }
}
