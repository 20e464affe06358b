// SPDX-License-Identifier: Apache-2.0

/// An absolute http or https URL without credentials and fragment. Parsing accepts only a strict subset of RFC 3986, so
/// that the check and the client cannot interpret a URL differently.
public struct RevocationURL: Sendable, Hashable {
    /// The scheme of a URL.
    package enum Scheme: String, Sendable, Hashable {
        /// Plain HTTP, which RFC 5280 §4.2.1.13 expects, because the content is signed.
        case http
        /// HTTP over TLS.
        case https
    }

    /// The scheme.
    package let scheme: Scheme
    /// The host name or address, in lower case, without brackets.
    public let host: String
    /// The port; the scheme's default port if the text has none.
    public let port: Int
    /// The path and query as written, at least `/`.
    package let target: String

    /// The maximum length of the text in bytes.
    package static let longestText = 2_048

    /// Parses a URL.
    ///
    /// - Throws: `.unsupportedScheme` for anything but http and https, `.malformedURL` for everything else.
    public init(_ text: String) throws(RevocationFetchError) {
        let shown = String(text.prefix(200))
        func malformed(_ reason: String) -> RevocationFetchError { .malformedURL(shown, reason: reason) }
        guard text.utf8.count <= Self.longestText else {
            throw malformed("\(text.utf8.count) bytes, at most \(Self.longestText)")
        }
        guard text.utf8.allSatisfy({ $0.isVisibleASCII && !Self.excluded.contains($0) }) else {
            throw malformed("a character that is invalid in a URL")
        }
        guard let colon = text.firstIndex(of: ":") else { throw malformed("no scheme") }
        let name = text[..<colon].lowercased()
        guard let scheme = Scheme(rawValue: name) else { throw .unsupportedScheme(shown, scheme: name) }
        let rest = text[text.index(after: colon)...]
        guard rest.hasPrefix("//") else { throw malformed("no '//' after the scheme") }
        guard !rest.contains("#") else { throw malformed("a fragment") }
        let hierarchy = rest.dropFirst(2)
        let end = hierarchy.firstIndex { $0 == "/" || $0 == "?" } ?? hierarchy.endIndex
        let authority = hierarchy[..<end]
        guard !authority.contains("@") else { throw malformed("credentials") }
        guard let (host, port) = Self.hostAndPort(authority, standard: scheme == .http ? 80 : 443) else {
            throw malformed("no valid host and port")
        }
        self.scheme = scheme
        self.host = host
        self.port = port
        let target = hierarchy[end...]
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
    }

    /// Resolves the value of a Location header relative to this URL.
    package func resolving(_ location: String) throws(RevocationFetchError) -> RevocationURL {
        if location.hasPrefix("//") { return try RevocationURL("\(scheme.rawValue):\(location)") }
        if location.hasPrefix("/") { return try RevocationURL("\(scheme.rawValue)://\(authority)\(location)") }
        return try RevocationURL(location)
    }

    /// The host as in URLs: an IPv6 address is in brackets.
    package var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

    /// Host and port as in a Host header. The scheme's default port is omitted.
    package var authority: String {
        port == (scheme == .http ? 80 : 443) ? bracketedHost : "\(bracketedHost):\(port)"
    }

    /// Characters that RFC 3986 excludes and that parsers handle differently.
    private static let excluded = Set("\"<>\\^`{|}".utf8)

    private static func hostAndPort(_ authority: Substring, standard: Int) -> (String, Int)? {
        let host: Substring
        let tail: Substring
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close]
            tail = authority[authority.index(after: close)...]
            guard host.contains(":"), IPAddress(host) != nil else { return nil }
        } else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            host = authority[..<colon]
            tail = authority[colon...]
            guard isName(host) || IPAddress(host) != nil else { return nil }
        }
        guard !tail.isEmpty else { return (host.lowercased(), standard) }
        let digits = tail.dropFirst()
        guard tail.hasPrefix(":"), (1...5).contains(digits.count), digits.utf8.areASCIIDigits,
            let port = Int(digits), (1...65_535).contains(port)
        else { return nil }
        return (host.lowercased(), port)
    }

    /// Whether the host is a name: labels of letters, digits, hyphens and underscores. The last label must not be a
    /// number, because resolvers parse `127.1`, `2130706433` and `0x7f.1` as addresses.
    private static func isName(_ host: Substring) -> Bool {
        var labels = host.split(separator: ".", omittingEmptySubsequences: false)
        if labels.count > 1 && labels.last?.isEmpty == true { labels.removeLast() }
        guard host.utf8.count <= 253, let last = labels.last, !labels.contains(where: { $0.isEmpty || $0.count > 63 })
        else { return false }
        let isNumber = last.utf8.areASCIIDigits || last.lowercased().hasPrefix("0x")
        return !isNumber
            && labels.joined().utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == 0x2D || $0 == 0x5F }
    }
}

extension RevocationURL: CustomStringConvertible {
    /// The URL as text.
    public var description: String { "\(scheme.rawValue)://\(authority)\(target)" }
}

extension RevocationURL {
    /// Appends a path component without escaping it. Throws if the URL has a query.
    package func appending(_ component: String) throws(RevocationFetchError) -> RevocationURL {
        guard !target.contains("?") else { throw .malformedURL(description, reason: "a query before a path component") }
        return try RevocationURL(description + (target.hasSuffix("/") ? "" : "/") + component)
    }
}
