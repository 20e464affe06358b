// SPDX-License-Identifier: Apache-2.0
// The addresses that are fetched: a narrow reading of RFC 3986, so that checker and client can't read one differently.

/// An absolute http or https URL without credentials and fragment.
public struct RevocationURL: Sendable, Hashable {
    /// How it is spoken to.
    public enum Scheme: String, Sendable, Hashable {
        /// Plain HTTP: what RFC 5280 §4.2.1.13 expects, since the answer is signed.
        case http
        /// HTTP over TLS.
        case https
    }

    /// How it is spoken to.
    public let scheme: Scheme
    /// A name or an address, in lower case, without brackets.
    public let host: String
    /// The port, the scheme's own where the text has none.
    public let port: Int
    /// Path and query as written, at least `/`.
    public let target: String

    /// The longest text that is read, in bytes.
    package static let longestText = 2_048

    /// Reads an address.
    ///
    /// - Throws: `.unsupportedScheme` for anything but http and https, `.malformedURL` for everything else.
    public init(_ text: String) throws(RevocationFetchError) {
        let shown = String(text.prefix(200))
        func malformed(_ reason: String) -> RevocationFetchError { .malformedURL(shown, reason: reason) }
        guard text.utf8.count <= Self.longestText else {
            throw malformed("\(text.utf8.count) bytes, at most \(Self.longestText)")
        }
        guard text.utf8.allSatisfy({ $0.isVisibleASCII && !Self.excluded.contains($0) }) else {
            throw malformed("a character that no URL has")
        }
        guard let colon = text.firstIndex(of: ":") else { throw malformed("no scheme") }
        let name = text[..<colon].lowercased()
        guard let scheme = Scheme(rawValue: name) else { throw .unsupportedScheme(shown, scheme: name) }
        let rest = text[text.index(after: colon)...]
        guard rest.hasPrefix("//") else { throw malformed("no '//' behind the scheme") }
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

    /// Reads what a Location header says, relative to this address.
    package func resolving(_ location: String) throws(RevocationFetchError) -> RevocationURL {
        if location.hasPrefix("//") { return try RevocationURL("\(scheme.rawValue):\(location)") }
        if location.hasPrefix("/") { return try RevocationURL("\(scheme.rawValue)://\(authority)\(location)") }
        return try RevocationURL(location)
    }

    /// The host as it stands in URLs: an IPv6 address in brackets.
    package var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

    /// Host and port as they stand in a Host header; a scheme's own port is left out.
    package var authority: String {
        port == (scheme == .http ? 80 : 443) ? bracketedHost : "\(bracketedHost):\(port)"
    }

    /// Characters that RFC 3986 excludes and that parsers disagree about.
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

    /// Letters, digits, hyphens and underscores in labels; the last label is no number, because resolvers take
    /// `127.1`, `2130706433` and `0x7f.1` for addresses.
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
    /// The address as text.
    public var description: String { "\(scheme.rawValue)://\(authority)\(target)" }
}

extension RevocationURL {
    /// The address with one more path component; nothing is escaped. A query has no place in it.
    package func appending(_ component: String) throws(RevocationFetchError) -> RevocationURL {
        guard !target.contains("?") else { throw .malformedURL(description, reason: "a query before a path component") }
        return try RevocationURL(description + (target.hasSuffix("/") ? "" : "/") + component)
    }
}
