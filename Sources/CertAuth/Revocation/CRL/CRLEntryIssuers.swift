// SPDX-License-Identifier: Apache-2.0

/// The issuers of the certificates that a CRL's entries list. Each certificateIssuer applies until the next one (RFC
/// 5280 §5.3.3).
struct CRLEntryIssuers: Sendable {
    /// The number of the issuer of the current entries.
    private(set) var current: UInt32 = 0
    private var numbers: [NameKey: UInt32]
    /// The names whose comparison with other names may be undecidable.
    private var uncertain: [(name: DistinguishedName, group: UInt32)] = []
    /// All names in the order of their numbers, for comparisons with uncertain names.
    private var names: [DistinguishedName]
    private var starts: [(offset: Int, group: UInt32)] = []

    init(listIssuer: DistinguishedName) {
        let key = NameKey(listIssuer)
        numbers = [key: 0]
        names = [listIssuer]
        if !key.isCertain { uncertain = [(listIssuer, 0)] }
    }

    /// Whether no entry names an issuer, so that all belong to the CRL's issuer.
    var isUniform: Bool { starts.isEmpty }

    /// Assigns the entry at `offset` and those after it to the issuer named by this certificateIssuer extension.
    mutating func begin(_ extensionValue: [UInt8], at offset: Int) throws(DERError) {
        var reader = DERReader(extensionValue)
        let stated = try GeneralName.list(reader.constructed())
        try reader.finish()
        let directory = stated.compactMap { if case .directory(let name) = $0 { name } else { nil } }
        guard let name = directory.first, directory.count == 1 else {
            throw DERError(.invalidValue("a certificateIssuer without exactly one directory name"), at: offset)
        }
        let key = NameKey(name)
        let number: UInt32
        if let known = numbers[key] {
            number = known
        } else {
            number = UInt32(truncatingIfNeeded: names.count)
            numbers[key] = number
            names.append(name)
            if !key.isCertain { uncertain.append((name, number)) }
        }
        current = number
        starts.append((offset, number))
    }

    /// The number of an issuer; nil if no entry belongs to it.
    func group(of issuer: DistinguishedName) -> UInt32? { numbers[NameKey(issuer)] }

    /// The numbers of issuers with other names that may be the same. Entries of them may be about `issuer`.
    func doubtfulGroups(of issuer: DistinguishedName) -> [UInt32] {
        let key = NameKey(issuer)
        let candidates: [(name: DistinguishedName, group: UInt32)]
        if key.isCertain {
            guard !uncertain.isEmpty else { return [] }
            candidates = uncertain
        } else {
            candidates = names.enumerated().map { ($0.element, UInt32(truncatingIfNeeded: $0.offset)) }
        }
        let own = numbers[key]
        return candidates.filter { $0.group != own && $0.name.mayMatch(issuer) }.map(\.group)
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
