// SPDX-License-Identifier: Apache-2.0

/// A URI in the form in which RFC 5280 §7.4 compares it: normalized by RFC 3986 §6.2.2, and by §6.2.3 for http, https,
/// ftp and ldap.
///
/// The following do not matter: the case of scheme and host, unnecessary percent-encoding, dot segments, a default
/// port, and an empty path. Nil for text that is not an absolute URI.
struct ComparableURI: Sendable, Hashable {
    private let scheme: String
    /// Userinfo, host and port; nil without `//`.
    private let authority: Authority?
    private let path: String
    /// Query and fragment, including their delimiters.
    private let rest: String

    private struct Authority: Sendable, Hashable {
        var userinfo: Substring?
        var host: String
        var port: Substring?
    }

    private static let defaultPorts: [String: UInt16] = [
        "http": 80, "https": 443, "ftp": 21, "ldap": 389, "ldaps": 636,
    ]

    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0.isVisibleASCII }), let colon = text.firstIndex(of: ":"),
            colon > text.startIndex, let normal = Self.withoutNeedlessEncoding(text[text.index(after: colon)...])
        else { return nil }
        scheme = text[..<colon].lowercased()
        var hierarchy = normal[...]
        let end = hierarchy.firstIndex { $0 == "?" || $0 == "#" } ?? hierarchy.endIndex
        rest = String(hierarchy[end...])
        hierarchy = hierarchy[..<end]
        let port = Self.defaultPorts[scheme]
        guard hierarchy.hasPrefix("//") else {
            authority = nil
            path = String(hierarchy)
            return
        }
        hierarchy = hierarchy.dropFirst(2)
        let start = hierarchy.firstIndex(of: "/") ?? hierarchy.endIndex
        authority = Self.authority(hierarchy[..<start], defaultPort: port)
        let segments = Self.withoutDotSegments(hierarchy[start...])
        path = segments.isEmpty && port != nil ? "/" : segments
    }

    private static func authority(_ text: Substring, defaultPort: UInt16?) -> Authority {
        let at = text.lastIndex(of: "@")
        let hostPort = at.map { text[text.index(after: $0)...] } ?? text
        var authority = Authority(userinfo: at.map { text[..<$0] }, host: lowercased(hostPort), port: nil)
        // The colons of an IPv6 address are inside brackets.
        let bracket = hostPort.lastIndex(of: "]") ?? hostPort.startIndex
        guard let colon = hostPort[bracket...].lastIndex(of: ":") else { return authority }
        let port = hostPort[hostPort.index(after: colon)...]
        authority.host = lowercased(hostPort[..<colon])
        let isDefault = port.isEmpty || (defaultPort != nil && UInt16(port) == defaultPort)
        authority.port = isDefault ? nil : port
        return authority
    }

    /// Converts to lower case, except the digits of percent-encoded bytes, which are in upper case.
    private static func lowercased(_ host: Substring) -> String {
        var kept = 0
        return String(
            host.map { character in
                if kept > 0 {
                    kept -= 1
                    return character
                }
                if character == "%" { kept = 2 }
                return Character(character.lowercased())
            }
        )
    }

    /// Removes unnecessary percent-encoding (RFC 3986 §6.2.2.1, §6.2.2.2): unreserved characters are decoded,
    /// hexadecimal digits become upper case. Nil for a percent sign without digits.
    private static func withoutNeedlessEncoding(_ text: Substring) -> String? {
        var output: [UInt8] = []
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                output.append(byte)
                continue
            }
            guard let high = bytes.popFirst()?.hexadecimalValue, let low = bytes.popFirst()?.hexadecimalValue else {
                return nil
            }
            let value = high << 4 | low
            if PercentEncoding.isUnreserved(value) {
                output.append(value)
            } else {
                output.append(byte)
                Hexadecimal.append(value, to: &output, uppercased: true)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Removes dot segments (RFC 3986 §5.2.4) from a path that is empty or begins with a slash.
    private static func withoutDotSegments(_ path: Substring) -> String {
        guard !path.isEmpty else { return "" }
        var output: [Substring] = []
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".": if isLast { output.append("") }
            case "..":
                _ = output.popLast()
                if isLast { output.append("") }
            default: output.append(segment)
            }
        }
        return "/" + output.joined(separator: "/")
    }
}
