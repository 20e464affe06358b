// SPDX-License-Identifier: Apache-2.0
// How far certificates are from the trust anchors.

/// How many certificates lie at least between each certificate and an anchor; what reaches none is not worth a step.
///
/// Counted from the anchors down, over links by name that are not known to be broken. The time grows with the number of
/// certificates and of broken links, not with that of pairs: whoever has been reached is not looked at again.
struct AnchorDistances {
    /// That the key of one certificate does not verify the signature of another, by their numbers.
    struct Link: Hashable {
        let certificate: Int
        let issuer: Int
    }

    /// By the number of the certificate: 0 for an anchor, nil for what reaches none.
    private let distances: [Int?]

    /// - Parameters:
    ///   - table: every certificate that may be needed was found.
    ///   - broken: links that lead nowhere.
    ///   - unfit: certificates that can't be issuers.
    init(in table: IssuerTable, broken: Set<Link>, unfit: Set<Int>) {
        var distances: [Int?] = Array(repeating: nil, count: table.members.count)
        var reached: [Int] = []
        /// By the group of their issuers, the certificates that no issuer has reached yet.
        var waiting: [[Int]] = Array(repeating: [], count: table.groups.count)
        var groups: [Int?] = Array(repeating: nil, count: table.members.count)
        for (group, issuers) in table.groups.enumerated() { for issuer in issuers.members { groups[issuer] = group } }
        for (number, member) in table.members.enumerated() where !unfit.contains(number) {
            if member.isAnchor {
                distances[number] = 0
                reached.append(number)
            } else if !member.isClosed, let group = member.issuerGroup {
                waiting[group].append(number)
            }
        }
        var next = 0
        while next < reached.count {
            let issuer = reached[next]
            next += 1
            guard let group = groups[issuer], let distance = distances[issuer] else { continue }
            var others: [Int] = []
            for certificate in waiting[group] {
                if broken.contains(Link(certificate: certificate, issuer: issuer)) {
                    others.append(certificate)
                } else {
                    distances[certificate] = distance + 1
                    reached.append(certificate)
                }
            }
            waiting[group] = others
        }
        self.distances = distances
    }

    subscript(number: Int) -> Int? { distances[number] }
}
