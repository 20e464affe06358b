// SPDX-License-Identifier: Apache-2.0

/// Why a fetch failed. Add a default case to a `switch`: reasons may be added.
public enum RevocationFetchError: Error, Sendable, Hashable {
    /// The text is not a URL that can be fetched: what is wrong with it.
    case malformedURL(String, reason: String)
    /// The scheme is not http, nor https if the fetcher supports it. ldap, file and ftp are never fetched.
    case unsupportedScheme(String, scheme: String)
    /// The host has an address that is blocked unless the host is allowed by name.
    case blockedAddress(host: String, address: IPAddress, kind: IPAddress.Kind)
    /// The port is not 80 or 443, and the host is not allowed by name.
    case blockedPort(host: String, port: Int)
    /// The policy allows only listed hosts.
    case hostNotAllowed(host: String)
    /// The host name has no address.
    case unresolved(host: String, reason: String)
    /// The connection could not be made, or was lost.
    case unreachable(url: String, reason: String)
    /// The deadline passed.
    case timedOut(url: String)
    /// The response has more bytes than the request allows.
    case tooLarge(url: String, limit: Int)
    /// There were more redirects than the policy allows.
    case tooManyRedirects(url: String, limit: Int)
    /// The HTTP status is neither 200 nor 304.
    case status(url: String, code: Int)
    /// The response is not HTTP, is truncated, or redirects to an invalid location.
    case malformedResponse(url: String, reason: String)
    /// The caller cancelled the fetch.
    case cancelled(url: String)
}

extension RevocationFetchError: CustomStringConvertible {
    /// What was found and expected, and which option fixes it, if there is one.
    public var description: String {
        switch self {
        case .malformedURL(let url, let reason):
            "'\(DisplayText.escaped(url))' is not a URL that can be fetched: \(reason)"
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

extension RevocationFetchError {
    /// The cause of an unknown status after the fetch from `address` failed.
    package func cause(address: String) -> RevocationStatus.Cause {
        let source = DisplayText.escaped(String(address.prefix(200)))
        return switch self {
        case .timedOut: .timedOut(source: source)
        case .tooLarge(_, let limit): .tooLarge(source: source, limit: limit)
        case .malformedResponse(_, let reason): .malformed(source: source, reason: DisplayText.escaped(reason))
        default: .unreachable(source: source, reason: "\(self)")
        }
    }

    /// Whether the source as a whole failed, so that fetching for another certificate would fail too.
    ///
    /// An HTTP status does not count: a responder may fail for one certificate alone, and one client must not cause the
    /// refusal of others.
    var concernsWholeSource: Bool {
        switch self {
        case .blockedAddress, .blockedPort, .hostNotAllowed, .unresolved, .unreachable, .timedOut: true
        default: false
        }
    }
}
