// SPDX-License-Identifier: Apache-2.0
// Whose certificates an indirect CRL's entries are about.

/// The issuers of the entries: each certificateIssuer holds until the next one (RFC 5280 §5.3.3).
struct CRLEntryIssuers: Sendable {
    /// The number of the issuer that the entries read last belong to.
    private(set) var current: UInt32 = 0
    private let own: [UInt8]
    private var numbers: [[UInt8]: UInt32]
    private var starts: [(offset: Int, group: UInt32)] = []

    init(listIssuer: DistinguishedName) {
        own = listIssuer.canonical
        numbers = [own: 0]
    }

    /// True when no entry names an issuer: all belong to the list's own.
    var isUniform: Bool { starts.isEmpty }

    /// The entry at `offset` and those behind it belong to the issuer named by this certificateIssuer extension.
    mutating func begin(_ extensionValue: [UInt8], at offset: Int) throws(DERError) {
        var reader = DERReader(extensionValue)
        let names = try GeneralName.list(reader.constructed())
        try reader.finish()
        let directory = names.compactMap { if case .directory(let name) = $0 { name } else { nil } }
        guard let name = directory.first, directory.count == 1 else {
            throw DERError(.invalidValue("a certificateIssuer without exactly one directory name"), at: offset)
        }
        let number = numbers[name.canonical] ?? UInt32(truncatingIfNeeded: numbers.count)
        numbers[name.canonical] = number
        current = number
        starts.append((offset, number))
    }

    /// The number of an issuer, nil when no entry is about it.
    func group(of issuer: DistinguishedName) -> UInt32? {
        issuer.canonical == own ? 0 : numbers[issuer.canonical]
    }

    /// The number of the issuer of the entry at `offset`.
    func group(at offset: Int) -> UInt32 {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle].offset <= offset { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? 0 : starts[low - 1].group
    }
}
