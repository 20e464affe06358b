// SPDX-License-Identifier: Apache-2.0
// What may be fetched, from where, how much and how long.

/// The limits of fetching. Every default is the strict one.
public struct RevocationFetchPolicy: Sendable, Hashable {
    /// Hosts that may be reached whatever their address and port: names or addresses as they stand in URLs, optionally
    /// with `:port`. Private authorities live on private addresses, so they have to be named here.
    public var allowedHosts: Set<String> = []
    /// Reaches hosts of `allowedHosts` alone.
    public var reachesOnlyAllowedHosts = false
    /// For all fetching of one authentication together.
    ///
    /// Two seconds: a handshake that waits longer is given up by most clients.
    public var deadline: Duration = .seconds(2)
    /// For one fetch that no client waits for.
    public var refreshDeadline: Duration = .seconds(30)
    /// The largest CRL, in bytes: 64 MiB hold about two million entries, beyond every public list.
    public var maximumListBytes = 64 << 20
    /// The largest OCSP response, in bytes: real ones have 0.5 to 4 KB.
    public var maximumResponseBytes = 64 << 10
    /// How many redirects are followed.
    public var redirects = 3
    /// How many fetches run at once; more wait for a place inside their deadline.
    public var concurrentFetches = 16
    /// How many addresses of one certificate are tried.
    public var sourcesPerCertificate = 8

    /// Makes strict limits.
    public init() {}

    /// Whether the operator has named the host of `url`.
    package func names(_ url: RevocationURL) -> Bool {
        allowedHosts.contains { entry in
            let entry = entry.lowercased()
            return entry == url.host || entry == url.bracketedHost || entry == "\(url.bracketedHost):\(url.port)"
        }
    }

    /// Refuses a URL that may not be fetched, before its host is looked up.
    public func check(_ url: RevocationURL) throws(RevocationFetchError) {
        guard !names(url) else { return }
        guard !reachesOnlyAllowedHosts else { throw .hostNotAllowed(host: url.host) }
        guard url.port == 80 || url.port == 443 else { throw .blockedPort(host: url.host, port: url.port) }
        if let literal = IPAddress(url.host) { try check([literal], of: url) }
    }

    /// Refuses a host one of whose addresses may not be reached.
    ///
    /// One is enough: a name with a public and a private address is how a guard is walked around.
    public func check(_ addresses: [IPAddress], of url: RevocationURL) throws(RevocationFetchError) {
        guard !names(url) else { return }
        for address in addresses where address.kind != .global {
            throw .blockedAddress(host: url.host, address: address, kind: address.kind)
        }
    }
}
