// SPDX-License-Identifier: Apache-2.0

/// The delta CRLs of evidence by issuer, ordered by number.
struct DeltaIndex: Sendable {
    /// A delta CRL with its position among those of the evidence.
    struct Entry: Sendable {
        let list: CertificateRevocationList
        let position: Int
    }

    /// The greatest number first, of equal numbers the latest.
    private var byIssuer: [NameKey: [Entry]] = [:]
    /// The number of CRLs whose issuer's name may be the same as another one.
    private var uncertain = 0
    private var nextPosition = 0

    /// - Parameter lists: all CRLs. Complete ones are ignored.
    init(_ lists: [CertificateRevocationList]) {
        for list in lists where list.isDelta {
            let key = NameKey(list.issuer)
            if !key.isCertain { uncertain += 1 }
            byIssuer[key, default: []].append(Entry(list: list, position: nextPosition))
            nextPosition += 1
        }
        for key in byIssuer.keys { byIssuer[key]?.sort(by: Self.precedes) }
    }

    /// Adds a delta CRL as the last one of the evidence.
    mutating func append(_ list: CertificateRevocationList) {
        let entry = Entry(list: list, position: nextPosition)
        nextPosition += 1
        let key = NameKey(list.issuer)
        if !key.isCertain { uncertain += 1 }
        var entries = byIssuer.removeValue(forKey: key) ?? []
        entries.insert(entry, at: entries.firstIndex { Self.precedes(entry, $0) } ?? entries.count)
        byIssuer[key] = entries
    }

    mutating func remove(_ list: CertificateRevocationList) {
        let key = NameKey(list.issuer)
        guard let place = byIssuer[key]?.firstIndex(where: { $0.list.fingerprint == list.fingerprint }) else { return }
        byIssuer[key]?.remove(at: place)
        if !key.isCertain { uncertain -= 1 }
        if byIssuer[key]?.isEmpty ?? false { byIssuer[key] = nil }
    }

    var isEmpty: Bool { byIssuer.isEmpty }

    /// The delta CRLs of `issuer` with a greater number than `number`, the greatest first. Nil if names do not determine
    /// them.
    func deltas(of issuer: DistinguishedName, above number: CRLNumber) -> [Entry]? {
        guard !isEmpty else { return [] }
        let key = NameKey(issuer)
        guard key.isCertain, uncertain == 0 else { return nil }
        guard let entries = byIssuer[key] else { return [] }
        // Binary search for the first entry that is not above the number.
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            VisitCounter.add(1)
            if entries[middle].list.number.map({ $0 > number }) ?? false { low = middle + 1 } else { high = middle }
        }
        return Array(entries[..<low])
    }

    private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
        if let first = left.list.number, let second = right.list.number, first != second { return first > second }
        guard left.list.thisUpdate == right.list.thisUpdate else {
            return left.list.thisUpdate > right.list.thisUpdate
        }
        return left.position < right.position
    }
}
