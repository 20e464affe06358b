// SPDX-License-Identifier: Apache-2.0
// The certificates that a search for paths may use, numbered, and who may have issued whom by names.

/// The leaf, and every certificate found above it so far: each has a number, the leaf has 0.
struct IssuerTable {
    private let trust: TrustStore
    private let pool: SubjectPool
    private let now: Timestamp
    /// By number.
    private(set) var members: [Member] = []
    /// The names of issuers that were looked up, and the certificates with each name.
    private var names = NumberedSet<[UInt8]>()
    private(set) var groups: [Group] = []
    /// A number for each pair of subject and key, so that paths are searched for repetitions by numbers.
    private var holders = NumberedSet<Holder>()
    /// The ranked issuers of a certificate, by its number: the order does not depend on the path.
    private var knownRanks: [Int: [[Int]]] = [:]

    init(leaf: Certificate, intermediates: [Certificate], trust: TrustStore, now: Timestamp) {
        self.trust = trust
        self.now = now
        var seen = NumberedSet<Certificate>()
        seen.insert(leaf)
        pool = SubjectPool(intermediates.filter { seen.insert($0).isNew && !trust.contains($0) })
        add(leaf)
    }

    /// The certificates whose subject is the issuer of `member`.
    mutating func issuerGroup(of member: Int) -> Int {
        if let known = members[member].issuerGroup { return known }
        let group = group(named: members[member].certificate.issuer)
        members[member].issuerGroup = group
        return group
    }

    /// The issuers of `member` by their ranks, the most promising first in each: those with the key that it names, those
    /// that do not say which key they hold, those with another key.
    mutating func rankedIssuers(of member: Int) -> [[Int]] {
        let number = issuerGroup(of: member)
        let group = groups[number]
        guard group.members.count > 1,
            let wanted = members[member].certificate.authorityKeyIdentifier?.keyIdentifier
        else {
            return [group.members]
        }
        if let known = knownRanks[member] { return known }
        var ranks: [[Int]] = Array(repeating: [], count: Self.ranks)
        for issuer in group.members {
            let found = members[issuer].certificate.subjectKeyIdentifier
            ranks[found == nil ? 1 : found == wanted ? 0 : 2].append(issuer)
        }
        knownRanks[member] = ranks
        return ranks
    }

    /// How many ranks there are at most.
    static let ranks = 3

    /// The number of a certificate that was found.
    func number(of certificate: Certificate) -> Int? { members.firstIndex { $0.certificate == certificate } }

    /// Looks up the issuers of every certificate found so far, and theirs.
    mutating func findAll() {
        var next = 0
        while next < members.count {
            if !members[next].isClosed { _ = issuerGroup(of: next) }
            next += 1
        }
    }

    private mutating func group(named name: DistinguishedName) -> Int {
        let (number, isNew) = names.insert(name.canonical)
        guard isNew else { return number }
        let certificates = trust.anchors(named: name) + pool.certificates(named: name)
        let ranks = certificates.count > 1 ? certificates.map(rank) : certificates.map { _ in 0 }
        let order = certificates.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
        groups.append(Group(members: order.map { add(certificates[$0]) }, table: members))
        return number
    }

    /// - Returns: its number.
    @discardableResult
    private mutating func add(_ certificate: Certificate) -> Int {
        members.append(
            Member(
                certificate: certificate,
                holder: holders.insert(Holder(certificate)).number,
                isAnchor: trust.contains(certificate),
                isCurrent: certificate.validity.contains(now)
            )
        )
        return members.count - 1
    }

    /// Lower is better: anchors and what anchors may have issued, then validity.
    private func rank(_ issuer: Certificate) -> Int {
        let distance = trust.contains(issuer) ? 0 : trust.anchors(named: issuer.issuer).isEmpty ? 2 : 1
        return distance * 2 + (issuer.validity.contains(now) ? 0 : 1)
    }
}

extension IssuerTable {
    /// A certificate.
    struct Member {
        let certificate: Certificate
        /// The number of its subject and key: two of one holder in a path are a loop.
        let holder: Int
        let isAnchor: Bool
        /// Whether it is valid now.
        let isCurrent: Bool
        /// Whether no other certificate can have issued it: a root that names its own key. Without key identifiers a
        /// rollover is possible.
        let isClosed: Bool
        /// Nil until it was looked up.
        fileprivate(set) var issuerGroup: Int?

        init(certificate: Certificate, holder: Int, isAnchor: Bool, isCurrent: Bool) {
            self.certificate = certificate
            self.holder = holder
            self.isAnchor = isAnchor
            self.isCurrent = isCurrent
            isClosed = certificate.namesOwnKey && certificate.isSelfIssued
        }
    }

    /// All certificates with one name, the most promising first but for their keys.
    struct Group {
        let members: [Int]
        /// The holders of all members, without repetitions.
        let holders: [Int]

        fileprivate init(members: [Int], table: [Member]) {
            self.members = members
            let all = members.map { table[$0].holder }
            holders = all.count > 1 ? Array(Set(all)) : all
        }
    }

    /// Who holds a certificate.
    private struct Holder: Hashable {
        private let subject: [UInt8]
        private let key: [UInt8]

        init(_ certificate: Certificate) {
            subject = certificate.subject.canonical
            key = certificate.publicKey.derEncoded
        }
    }
}

extension Certificate {
    fileprivate var namesOwnKey: Bool {
        guard let wanted = authorityKeyIdentifier?.keyIdentifier else { return false }
        return wanted == subjectKeyIdentifier
    }
}
