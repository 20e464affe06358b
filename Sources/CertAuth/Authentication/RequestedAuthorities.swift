// SPDX-License-Identifier: Apache-2.0

/// The authorities that a server names when it requests a certificate (RFC 8446 section 4.2.4, RFC 5246 section 7.4.4).
///
/// Many clients present nothing if none of these names is an issuer in their chain, so a missing certificate is reported
/// with them.
package struct RequestedAuthorities: Sendable, Hashable {
    /// How many authorities are named.
    let count: Int
    /// The DER of the first names.
    let names: [[UInt8]]

    private static let namesShown = 3

    /// - Parameter names: the DER of each name, in the order in which they are sent.
    package init(_ names: [[UInt8]]) {
        count = names.count
        self.names = Array(names.prefix(Self.namesShown))
    }

    /// What the server requested, for operators.
    package var sentence: String {
        guard count > 0 else { return "the server requests a certificate of any authority" }
        let shown = names.map { name in
            let text = (try? DistinguishedName(derEncoded: name))?.description ?? ""
            return "'\(DisplayText.escaped(text, limit: 128))'"
        }
        let more = count - shown.count
        let list = shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
        return "the server requests a certificate of one of these authorities: \(list)"
    }
}
