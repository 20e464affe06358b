// SPDX-License-Identifier: Apache-2.0

/// The headers of the configured dialect and of the scheme.
///
/// They are found by their names, ignoring the case of ASCII letters (RFC 9110 §5.1). When a proxy sets or deletes such
/// a header, other spellings of its name remain as the client sent them. Such spellings refuse the request.
struct ConfiguredHeaders: Sendable {
    private let names: [String]
    /// The number of the dialect's names, which come first.
    private let dialectCount: Int
    private let indices: [FoldedName: Int]

    init(_ dialect: [String], scheme: String? = nil) {
        dialectCount = dialect.count
        names = dialect + (scheme.map { [$0] } ?? [])
        let folded = names.enumerated().map { (FoldedName($1), $0) }
        indices = Dictionary(folded, uniquingKeysWith: { first, _ in first })
    }

    /// Whether a name is one of these, or folds to one.
    func contains(_ name: FoldedName) -> Bool { indices[name] != nil }

    /// The value of each header, in the order of the names; nil for a missing one.
    ///
    /// - Parameter folded: the names of `fields`, folded.
    /// - Throws: `forwarding-untrusted` for another spelling of a name, `malformed` for a second line of a dialect's
    ///   header, `forwarded-scheme` for a second line of the scheme's header.
    func values(
        in fields: [HeaderField],
        folded: [FoldedName],
        dialect: String
    ) throws(ForwardingError) -> [String?] {
        var values = [String?](repeating: nil, count: names.count)
        for (field, folded) in zip(fields, folded) {
            guard let index = indices[folded] else { continue }
            let name = names[index]
            guard field.name.isSameHeaderName(as: name) else {
                let reason = "another spelling of \(name), which the proxy neither sets nor removes"
                throw ForwardingError(.forwardingUntrusted, dialect: dialect, header: field.name, reason)
            }
            guard values[index] == nil else {
                let code = index < dialectCount ? FailureCode.malformed : .forwardedScheme
                throw ForwardingError(code, dialect: dialect, header: field.name, "appears more than once")
            }
            values[index] = field.value.trimmedOfBlanks
        }
        return values
    }
}

extension String {
    /// Whether two header names are equal, ignoring the case of ASCII letters.
    fileprivate func isSameHeaderName(as other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { left, right in
                left == right || left.lowercasedASCII == right.lowercasedASCII
            }
    }
}
