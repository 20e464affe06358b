// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTLS

/// Checks of a request's authority and path, the same for every version of HTTP.
///
/// Anything that two servers could interpret differently is refused before it selects a policy or a route.
package enum RequestAuthority {
    /// Whether a text is a host with an optional port. Userinfo, lists, paths and percent-encoding are not allowed.
    ///
    /// Every valid text has a `HostName`. An empty host is refused, because `http` and `https` do not allow one.
    ///
    /// - Source: RFC 9110 sections 4.2.1, 4.2.2, 4.2.4 and 7.2; RFC 3986 section 3.2.2, without percent-encoding.
    package static func isValid(_ text: String) -> Bool {
        guard text.utf8.first != UInt8(ascii: "[") else { return isBracketed(text) }
        // This runs for every request, so it reads the text once and allocates no substring.
        var name = NameScan()
        var port: PortScan?
        for byte in text.utf8 {
            if port != nil {
                guard port?.read(byte) == true else { return false }
            } else if byte == UInt8(ascii: ":") {
                port = PortScan()
            } else {
                guard name.read(byte) else { return false }
            }
        }
        return name.isName
    }

    /// Whether two authorities are equal. The host is compared without case, and a missing or empty port equals the
    /// scheme's default port.
    ///
    /// - Source: RFC 9110 section 4.2.3; RFC 3986 section 6.2.3.
    package static func areEqual(_ left: String, _ right: String, scheme: String) -> Bool {
        let (left, right) = (parts(of: left, scheme: scheme), parts(of: right, scheme: scheme))
        return left.host == right.host && left.port == right.port
    }

    private static func parts(of authority: String, scheme: String) -> (host: String, port: Int) {
        let ownPort = scheme == "https" ? 443 : 80
        let lowercased = authority.lowercased()
        guard let colon = lowercased.lastIndex(of: ":"), !lowercased[colon...].contains("]") else {
            return (lowercased, ownPort)
        }
        return (String(lowercased[..<colon]), Int(lowercased[lowercased.index(after: colon)...]) ?? ownPort)
    }

    /// Whether a path with its query is a valid request target: visible characters, no fragment, and no backslash in
    /// the path.
    ///
    /// - Source: RFC 9112 section 3.2.1; RFC 3986 section 3.3.
    package static func isPath(_ text: String) -> Bool {
        var isInQuery = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "#"), 0...0x20, 0x7F...: return false
            case UInt8(ascii: "\\") where !isInQuery: return false
            case UInt8(ascii: "?"): isInQuery = true
            default: break
            }
        }
        return text.utf8.first == UInt8(ascii: "/")
    }

    /// Only IPv6 addresses without a zone; the IPvFuture literals of RFC 3986 are not in use.
    private static func isBracketed(_ text: String) -> Bool {
        guard let end = text.utf8.firstIndex(of: UInt8(ascii: "]")), HostName(authority: text) != nil,
            IPAddress(text[text.index(after: text.startIndex)..<end]) != nil
        else { return false }
        let rest = text.utf8[text.utf8.index(after: end)...]
        guard let colon = rest.first else { return true }
        var port = PortScan()
        return colon == UInt8(ascii: ":") && rest.dropFirst().allSatisfy { port.read($0) }
    }
}

/// Reads a DNS name or an IPv4 address, with or without a trailing dot.
private struct NameScan {
    private var length = 0
    private var labelLength = 0
    private var previous = UInt8(ascii: ".")

    /// Returns false if no name can continue with this byte.
    mutating func read(_ byte: UInt8) -> Bool {
        switch byte {
        case _ where byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_"):
            labelLength += 1
        case UInt8(ascii: "-"):
            guard labelLength > 0 else { return false }
            labelLength += 1
        case UInt8(ascii: "."):
            guard labelLength > 0, previous != UInt8(ascii: "-") else { return false }
            labelLength = 0
        default:
            return false
        }
        length += 1
        previous = byte
        return labelLength <= 63 && length <= 254
    }

    /// Whether the bytes read so far are a name. A trailing dot does not count towards its length.
    var isName: Bool {
        previous == UInt8(ascii: ".") ? length > 1 : previous != UInt8(ascii: "-") && length <= 253
    }
}

/// Reads the part after the colon of an authority. An empty port is valid.
private struct PortScan {
    private var port = 0
    private var digits = 0

    /// Returns false if no port can continue with this byte.
    mutating func read(_ byte: UInt8) -> Bool {
        guard byte.isASCIIDigit else { return false }
        port = port * 10 + Int(byte - UInt8(ascii: "0"))
        digits += 1
        return digits <= 5 && port <= 65_535
    }
}
