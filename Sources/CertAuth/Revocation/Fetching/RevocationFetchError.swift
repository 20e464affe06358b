// SPDX-License-Identifier: Apache-2.0
// Why a fetch brought nothing.

/// Why there is no answer. Switch with a default: reasons may be added.
public enum RevocationFetchError: Error, Sendable, Hashable {
    /// The text is no address that is fetched; what is wrong with it.
    case malformedURL(String, reason: String)
    /// Only http is fetched, https where the fetcher speaks it; never ldap, file or ftp.
    case unsupportedScheme(String, scheme: String)
    /// The host has an address that is not reached unless the host is allowed by name.
    case blockedAddress(host: String, address: IPAddress, kind: IPAddress.Kind)
    /// The port is not 80 or 443, and the host is not allowed by name.
    case blockedPort(host: String, port: Int)
    /// The policy reaches only hosts it names.
    case hostNotAllowed(host: String)
    /// The name has no address.
    case unresolved(host: String, reason: String)
    /// No connection, or one that broke.
    case unreachable(url: String, reason: String)
    /// The deadline passed.
    case timedOut(url: String)
    /// More bytes than the request allows.
    case tooLarge(url: String, limit: Int)
    /// More redirects than the policy allows.
    case tooManyRedirects(url: String, limit: Int)
    /// An HTTP status other than 200 and 304.
    case status(url: String, code: Int)
    /// The answer is not HTTP, is cut short, or redirects to nowhere.
    case malformedResponse(url: String, reason: String)
    /// Whoever asked gave up.
    case cancelled(url: String)
}

extension RevocationFetchError: CustomStringConvertible {
    /// What, found and expected, and where an option would answer it, which.
    public var description: String {
        switch self {
        case .malformedURL(let url, let reason): "'\(DisplayText.escaped(url))' is no address to fetch: \(reason)"
        case .unsupportedScheme(let url, let scheme):
            "\(DisplayText.escaped(url)): \(DisplayText.escaped(scheme)) is not fetched, only http"
        case .blockedAddress(let host, let address, let kind):
            "host \(host) has the blocked address \(address) (\(kind.rawValue)): "
                + "to reach it, name the host in RevocationFetchPolicy.allowedHosts (--allow-fetch-host \(host))"
        case .blockedPort(let host, let port):
            "port \(port) of host \(host) is blocked, expected 80 or 443: "
                + "to reach it, name the host in RevocationFetchPolicy.allowedHosts (--allow-fetch-host \(host))"
        case .hostNotAllowed(let host):
            "host \(host) is not in RevocationFetchPolicy.allowedHosts, and reachesOnlyAllowedHosts is set"
        case .unresolved(let host, let reason): "host \(host) has no address: \(reason)"
        case .unreachable(let url, let reason): "\(url): \(reason)"
        case .timedOut(let url): "\(url): no answer before the deadline"
        case .tooLarge(let url, let limit): "\(url): more than \(limit) bytes"
        case .tooManyRedirects(let url, let limit): "\(url): more than \(limit) redirects"
        case .status(let url, let code): "\(url): HTTP status \(code), expected 200"
        case .malformedResponse(let url, let reason): "\(url): \(DisplayText.escaped(reason))"
        case .cancelled(let url): "\(url): cancelled"
        }
    }
}
