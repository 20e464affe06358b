// SPDX-License-Identifier: Apache-2.0

/// The minimum number of certificates between each certificate and a trust anchor. Certificates that reach no anchor
/// are not worth a step.
///
/// The distances are counted from the anchors down, over links by name that are not known to be broken. Each
/// certificate is visited once, so the time grows with the number of certificates and broken links, not with the number
/// of pairs.
struct AnchorDistances {
    /// A pair of certificate numbers where the key of the issuer does not verify the signature of the certificate.
    struct Link: Hashable {
        let certificate: Int
        let issuer: Int
    }

    /// By the number of the certificate: 0 for an anchor, nil for a certificate that reaches no anchor.
    private let distances: [Int?]

    /// - Parameters:
    ///   - table: contains every certificate that may be needed.
    ///   - broken: links whose signature does not verify.
    ///   - unfit: certificates that cannot be issuers.
    init(in table: CertificateTable, broken: Set<Link>, unfit: Set<Int>) {
        var distances: [Int?] = Array(repeating: nil, count: table.members.count)
        var reached: [Int] = []
        /// The certificates that no issuer has reached yet, by the group of their issuers.
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
