// SPDX-License-Identifier: Apache-2.0

/// A set of SPIFFE IDs in one trust domain.
///
/// For example `spiffe://example.org/ns/*/sa/api` and `spiffe://example.org/ns/prod/**`. A segment matches itself, `*`
/// matches any one segment, `**` at the end matches one or more. Nothing else is special, and the trust domain is never
/// a pattern.
public struct SPIFFEPattern: Sendable, Hashable {
    private enum Segment: Sendable, Hashable {
        case literal(String)
        case any
    }

    /// The trust domain.
    package let trustDomain: String
    private let segments: [Segment]
    private let hasOpenEnd: Bool

    /// Parses a pattern.
    ///
    /// - Throws: `MalformedTextError` for an invalid trust domain or segment, for `*` inside a segment, for `**` before
    ///   the end, and for a pattern without a path.
    public init(_ text: String) throws(MalformedTextError) {
        guard text.utf8.starts(with: SPIFFEID.prefix.utf8) else {
            throw MalformedTextError(.spiffePattern, text: text, reason: "does not begin with \(SPIFFEID.prefix)")
        }
        var parts = text.utf8.dropFirst(SPIFFEID.prefix.utf8.count).split(
            separator: UInt8(ascii: "/"),
            omittingEmptySubsequences: false
        )
        guard text.utf8.count <= SPIFFEID.longestText, SPIFFEID.isTrustDomain(parts.removeFirst()) else {
            throw MalformedTextError(.spiffePattern, text: text, reason: "the trust domain is invalid")
        }
        trustDomain = String(
            decoding: text.utf8.dropFirst(SPIFFEID.prefix.utf8.count).prefix { $0 != UInt8(ascii: "/") },
            as: UTF8.self
        )
        hasOpenEnd = parts.last.map { $0.elementsEqual("**".utf8) } ?? false
        if hasOpenEnd { parts.removeLast() }
        guard hasOpenEnd || !parts.isEmpty else {
            throw MalformedTextError(.spiffePattern, text: text, reason: "there is no path")
        }
        var segments: [Segment] = []
        for part in parts {
            if part.elementsEqual("*".utf8) {
                segments.append(.any)
            } else if SPIFFEID.isSegment(part) {
                segments.append(.literal(String(decoding: part, as: UTF8.self)))
            } else {
                let segment = DisplayText.escaped(String(decoding: part, as: UTF8.self))
                throw MalformedTextError(
                    .spiffePattern,
                    text: text,
                    reason: "'\(segment)' is neither a segment nor '*'"
                )
            }
        }
        self.segments = segments
    }

    /// Whether the pattern, ignoring its case, matches a workload whose ID is in lower case.
    package func matchesInAnyCase(_ identifier: SPIFFEID) -> Bool {
        matches(identifier) { $0.lowercased() == $1 }
    }

    /// Whether the pattern matches this workload.
    package func matches(_ identifier: SPIFFEID) -> Bool { matches(identifier) { $0 == $1 } }

    private func matches(_ identifier: SPIFFEID, _ isSame: (String, String) -> Bool) -> Bool {
        guard identifier.trustDomain == trustDomain else { return false }
        let isLengthRight =
            hasOpenEnd ? identifier.path.count > segments.count : identifier.path.count == segments.count
        guard isLengthRight else { return false }
        return zip(segments, identifier.path).allSatisfy { segment, found in
            switch segment {
            case .literal(let expected): isSame(expected, found)
            case .any: true
            }
        }
    }
}

extension SPIFFEPattern: CustomStringConvertible {
    /// The pattern as text.
    public var description: String {
        let texts = segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .any: "*"
            }
        }
        return SPIFFEID.prefix + ([trustDomain] + texts + (hasOpenEnd ? ["**"] : [])).joined(separator: "/")
    }
}
