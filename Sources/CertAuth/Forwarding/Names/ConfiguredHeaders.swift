// SPDX-License-Identifier: Apache-2.0
// The headers that one configuration reads, each by its exact name.

/// The headers of the configured dialect and of the scheme.
///
/// They are read by their names alone, without regard to the case of ASCII letters (RFC 9110 §5.1). A proxy that sets
/// or deletes such a header leaves other spellings of its name as the client sent them: they refuse the request.
struct ConfiguredHeaders: Sendable {
    private let names: [String]
    /// How many of them, from the first, are the dialect's.
    private let dialectCount: Int
    private let indices: [FoldedName: Int]

    init(_ dialect: [String], scheme: String? = nil) {
        dialectCount = dialect.count
        names = dialect + (scheme.map { [$0] } ?? [])
        let folded = names.enumerated().map { (FoldedName($1), $0) }
        indices = Dictionary(folded, uniquingKeysWith: { first, _ in first })
    }

    /// Whether a name is, or folds to, one of these.
    func contains(_ name: FoldedName) -> Bool { indices[name] != nil }

    /// The value of each header, in the order of the names; nil for one that is missing.
    ///
    /// - Parameter folded: the names of `fields`.
    /// - Throws: `forwarding-untrusted` for another spelling of a name, `malformed` for a second line, `forwarded-scheme` for
    ///   one of the scheme's header.
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
    /// Whether two header names are equal but for the case of ASCII letters, byte by byte.
    fileprivate func isSameHeaderName(as other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { left, right in
                left == right || left.lowercasedASCII == right.lowercasedASCII
            }
    }
}
