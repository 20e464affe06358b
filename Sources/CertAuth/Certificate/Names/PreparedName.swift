// SPDX-License-Identifier: Apache-2.0

/// A distinguished name whose texts are prepared by RFC 4518, as RFC 5280 §7.1 requires and as LDAP compares them.
///
/// Issuers and subjects are chained by `DistinguishedName.matches`, which folds only ASCII, as OpenSSL does. There, a
/// difference refuses the client. This form is used where a difference could admit a client: excluded subtrees, bans,
/// and the lookup of CRLs and OCSP responses.
struct PreparedName: Sendable {
    /// The result of a comparison.
    enum Answer: Sendable {
        case same
        case different
        /// A text cannot be prepared, or can be decoded in two ways.
        case undecidable
    }

    private let name: DistinguishedName
    private let relativeNames: [[Attribute]]
    private let isPlain: Bool

    init(_ name: DistinguishedName) {
        self.name = name
        isPlain = name.isPlain
        relativeNames = name.relativeNames.map { $0.map(Attribute.init) }
    }

    /// Whether the name begins with every relative distinguished name of `prefix`.
    func isWithin(_ prefix: PreparedName) -> Answer {
        if name.canonical.starts(with: prefix.name.canonical) { return .same }
        if isPlain && prefix.isPlain { return .different }
        guard relativeNames.count >= prefix.relativeNames.count else { return .different }
        return zip(relativeNames, prefix.relativeNames).reduce(.same) { answer, pair in
            answer.and { Self.compare(pair.0, pair.1) }
        }
    }

    /// Compares two complete names.
    func compare(_ other: PreparedName) -> Answer {
        guard relativeNames.count == other.relativeNames.count else { return .different }
        return isWithin(other)
    }

    /// Two relative distinguished names are the same if each attribute of one matches an attribute of the other (X.501
    /// §9.4).
    private static func compare(_ left: [Attribute], _ right: [Attribute]) -> Answer {
        guard left.count == right.count else { return .different }
        if left.count == 1 { return left[0].compare(right[0]) }
        var rest = left
        return right.reduce(.same) { answer, attribute in
            answer.and {
                let answers = rest.map { $0.compare(attribute) }
                guard let index = answers.firstIndex(of: .same) else {
                    return answers.contains(.undecidable) ? .undecidable : .different
                }
                rest.remove(at: index)
                return .same
            }
        }
    }

    /// An attribute with its value in the form of the comparison.
    private struct Attribute: Sendable {
        private enum Value: Sendable, Hashable {
            /// The text. A non-ASCII TeletexString is decoded as ISO 8859-1, but another text may have been meant.
            case text(PreparedText, isCertain: Bool)
            /// Not a string: compared by its DER.
            case other
            /// A string that cannot be prepared.
            case unprepared
        }

        private let attribute: NameAttribute
        private let value: Value

        init(_ attribute: NameAttribute) {
            self.attribute = attribute
            let tag = attribute.derEncodedValue.first ?? 0
            if let text = attribute.text {
                let isCertain = tag != DERTag.teletexString || PreparedText.isPlain(text)
                value = PreparedText(text).map { .text($0, isCertain: isCertain) } ?? .unprepared
            } else {
                value = DirectoryString.types.contains(tag) ? .unprepared : .other
            }
        }

        func compare(_ other: Attribute) -> Answer {
            guard attribute.type == other.attribute.type else { return .different }
            if attribute.derEncoded == other.attribute.derEncoded { return .same }
            switch (value, other.value) {
            case (.text(let left, let first), .text(let right, let second)):
                if left == right { return .same }
                return first && second ? .different : .undecidable
            case (.other, .other): return .different
            default: return .undecidable
            }
        }
    }
}

extension PreparedName.Answer {
    /// Combines two comparisons that must both succeed.
    fileprivate func and(_ next: () -> PreparedName.Answer) -> PreparedName.Answer {
        guard self != .different else { return .different }
        let other = next()
        return other == .same ? self : other
    }
}

extension DistinguishedName {
    /// Whether all texts are printable ASCII, so that `canonical` is the prepared form.
    var isPlain: Bool {
        relativeNames.allSatisfy { $0.allSatisfy { $0.text.map(PreparedText.isPlain) ?? false } }
    }

    /// Whether both names are the same by RFC 5280 §7.1, including non-ASCII text.
    func isSame(as other: DistinguishedName) -> Bool {
        matches(other) || PreparedName(self).compare(PreparedName(other)) == .same
    }

    /// Whether both names may be the same: they are equal by RFC 4518, or the comparison is undecidable.
    ///
    /// Rules that refuse clients use this. Rules that admit clients use `matches`.
    func mayMatch(_ other: DistinguishedName) -> Bool {
        matches(other) || PreparedName(self).compare(PreparedName(other)) != .different
    }
}
