// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// One spelling of a header's name, for the project's own tests.
package struct HeaderSpelling: Sendable {
    /// How the spelling relates to the name.
    package enum Kind: Sendable {
        /// The name itself, possibly in another case.
        case exact
        /// Another name that some software treats as the header.
        case twin
        /// Another name that no software treats as the header.
        case other
    }

    package let name: String
    package let kind: Kind

    /// Whether the name can be sent: a token of RFC 9110 section 5.6.2.
    package var isToken: Bool {
        name.utf8.allSatisfy(\.isTokenCharacter)
    }

    private static let tokenPunctuation = "!#$%&'*+-.^_`|~"

    /// Returns all spellings of a header, each name once.
    package static func all(of header: String) -> [HeaderSpelling] {
        var seen: Set<[UInt8]> = []
        return (exact(header) + twins(header) + others(header)).filter { seen.insert(Array($0.name.utf8)).inserted }
    }

    private static func exact(_ header: String) -> [HeaderSpelling] {
        let swapped = header.map { $0.isLowercase ? $0.uppercased() : $0.lowercased() }.joined()
        return [header, header.lowercased(), header.uppercased(), swapped].map {
            HeaderSpelling(name: $0, kind: .exact)
        }
    }

    private static func twins(_ header: String) -> [HeaderSpelling] {
        var names: [String] = []
        for mark in tokenPunctuation + " \t\u{0}\u{2010}\u{FF3F}" {
            names.append(replaced(header, with: String(mark)))
            names += [header + String(mark), String(mark) + header]
        }
        names += [
            header + "  ", header + "_-", "_\(header)_", replaced(header, with: "--"), replaced(header, with: "-_"),
        ]
        names += [replaced(header, with: "_").uppercased(), replaced(header, with: "_").lowercased()]
        if let first = header.firstIndex(where: isSeparator), let last = header.lastIndex(where: isSeparator) {
            names += [first, last].map { index in
                let mark = header[index] == "_" ? "-" : "_"
                return header.replacingCharacter(at: index, with: mark)
            }
        }
        // Non-ASCII letters whose upper-case, lower-case or narrow form is ASCII, and invisible characters.
        let letters: [(Character, String)] = [
            ("s", "\u{17F}"), ("i", "\u{131}"), ("i", "\u{130}"), ("k", "\u{212A}"), ("c", "\u{FF43}"),
            ("e", "e\u{200B}"), ("t", "t\u{301}"),
        ]
        for (letter, look) in letters {
            if let index = header.lowercased().firstIndex(of: letter) {
                names.append(header.lowercased().replacingCharacter(at: index, with: look))
            }
        }
        names.append(header.lowercased().replacing("ss", with: "\u{DF}"))
        return names.filter { !isExact($0, header) }.map { HeaderSpelling(name: $0, kind: .twin) }
    }

    /// A name without its separators is not a twin, because no software omits them.
    private static func others(_ header: String) -> [HeaderSpelling] {
        ["Q\(header)", "\(header.filter { !isSeparator($0) })", "Q-\(header)"].filter { !isExact($0, header) }
            .map { HeaderSpelling(name: $0, kind: .other) }
    }

    private static func isExact(_ name: String, _ header: String) -> Bool {
        name.lowercased().utf8.elementsEqual(header.lowercased().utf8)
    }

    private static func isSeparator(_ character: Character) -> Bool { !character.isLetter && !character.isNumber }

    private static func replaced(_ header: String, with mark: String) -> String {
        header.map { isSeparator($0) ? mark : String($0) }.joined()
    }
}

extension String {
    fileprivate func replacingCharacter(at index: Index, with text: String) -> String {
        self[..<index] + text + self[self.index(after: index)...]
    }
}
