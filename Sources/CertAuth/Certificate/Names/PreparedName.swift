// SPDX-License-Identifier: Apache-2.0
// Distinguished names prepared for comparison beyond ASCII.

/// A distinguished name whose texts are prepared as RFC 5280 §7.1 demands: by RFC 4518, as LDAP compares them.
///
/// Issuers and subjects are chained by `DistinguishedName.matches`, which folds ASCII alone, as OpenSSL does: there a
/// difference refuses. Where a difference could admit a client (an excluded subtree, a ban, a statement about
/// revocation that is not found), names are compared in this form.
struct PreparedName: Sendable {
    /// How a comparison ended.
    enum Answer: Sendable {
        case same
        case different
        /// One of the texts can't be prepared, or can be read in two ways.
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

    /// Whether the name begins with every relative name of `prefix`.
    func isWithin(_ prefix: PreparedName) -> Answer {
        if name.canonical.starts(with: prefix.name.canonical) { return .same }
        if isPlain && prefix.isPlain { return .different }
        guard relativeNames.count >= prefix.relativeNames.count else { return .different }
        return zip(relativeNames, prefix.relativeNames).reduce(.same) { answer, pair in
            answer.and { Self.compare(pair.0, pair.1) }
        }
    }

    /// Whether both are one name.
    func compare(_ other: PreparedName) -> Answer {
        guard relativeNames.count == other.relativeNames.count else { return .different }
        return isWithin(other)
    }

    /// Two relative names are the same if each attribute of one has its like in the other (X.501 §9.4).
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

    /// An attribute and its value in the form in which it is compared.
    private struct Attribute: Sendable {
        private enum Value: Sendable, Hashable {
            /// The text; a TeletexString beyond ASCII is read as ISO 8859-1, and may have meant another text.
            case text(PreparedText, isCertain: Bool)
            /// Not a string: compared by its DER.
            case other
            /// A string that can't be prepared.
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
    /// The answer of two comparisons that must both succeed.
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

    /// Whether both are one name by RFC 5280 §7.1, beyond ASCII as well.
    func isSame(as other: DistinguishedName) -> Bool {
        matches(other) || PreparedName(self).compare(PreparedName(other)) == .same
    }

    /// Whether both may be one name: they are the same by RFC 4518, or the comparison is undecidable.
    ///
    /// For rules that keep clients out; `matches` is for those that let them in.
    func mayMatch(_ other: DistinguishedName) -> Bool {
        matches(other) || PreparedName(self).compare(PreparedName(other)) != .different
    }
}
