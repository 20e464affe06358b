// SPDX-License-Identifier: Apache-2.0

/// The target of a request line, in origin, absolute or asterisk form (RFC 9112 section 3.2).
package struct RequestTarget {
    /// The authority of an absolute target.
    package let authority: String?
    /// The path with its query, or an asterisk.
    package let path: String

    /// - Returns: nil if the target has none of these forms, or is absolute with another scheme.
    package init?(_ text: String, scheme: String, isOptions: Bool) {
        if text.utf8.first == UInt8(ascii: "/") {
            guard RequestAuthority.isPath(text) else { return nil }
            authority = nil
            path = text
            return
        }
        if text == "*" {
            guard isOptions else { return nil }
            authority = nil
            path = text
            return
        }
        let prefix = "\(scheme)://"
        guard text.prefix(prefix.count).lowercased() == prefix else { return nil }
        let rest = text.dropFirst(prefix.count)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let named = String(rest[..<end])
        let found = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
        guard RequestAuthority.isValid(named), RequestAuthority.isPath(found) else { return nil }
        authority = named
        path = found
    }
}
