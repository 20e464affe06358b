// SPDX-License-Identifier: Apache-2.0

/// The certificates that a path search may use: the end-entity certificate, number 0, and every certificate found above
/// it so far.
struct CertificateTable {
    private let trust: TrustStore
    private let pool: SubjectPool
    private let more: (DistinguishedName) -> [Certificate]
    private let now: Timestamp
    /// Indexed by number.
    private(set) var members: [Member] = []
    /// The issuer names that were looked up.
    private var names = NumberedSet<[UInt8]>()
    private(set) var groups: [Group] = []
    /// A number for each pair of subject and key. Comparing numbers makes it cheap to find repetitions in a path.
    private var holders = NumberedSet<Holder>()
    /// The ranked issuers of a certificate, by its number. The ranking does not depend on the path.
    private var knownRanks: [Int: [[Int]]] = [:]

    init(
        leaf: Certificate,
        intermediates: [Certificate],
        more: @escaping (DistinguishedName) -> [Certificate],
        trust: TrustStore,
        now: Timestamp
    ) {
        self.trust = trust
        self.more = more
        self.now = now
        var seen = NumberedSet<Certificate>()
        seen.insert(leaf)
        pool = SubjectPool(intermediates.filter { seen.insert($0).isNew && !trust.contains($0) })
        add(leaf)
    }

    /// The number of the group of certificates whose subject is the issuer of `member`.
    mutating func issuerGroup(of member: Int) -> Int {
        if let known = members[member].issuerGroup { return known }
        let group = group(named: members[member].certificate.issuer)
        members[member].issuerGroup = group
        return group
    }

    /// The issuers of `member` in three groups, in this order: those with the key identifier that it names, those without
    /// a key identifier, those with another one. Within each group, the one with the lowest `rank` is first.
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

    /// The maximum number of ranks.
    static let ranks = 3

    /// The number of a certificate, if it has been found.
    func number(of certificate: Certificate) -> Int? { members.firstIndex { $0.certificate == certificate } }

    /// Looks up the issuers of every certificate found so far, and their issuers.
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
        let certificates = certificates(named: name)
        let ranks = certificates.count > 1 ? certificates.map(rank) : certificates.map { _ in 0 }
        let order = certificates.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
        groups.append(Group(members: order.map { add(certificates[$0]) }, table: members))
        return number
    }

    private func certificates(named name: DistinguishedName) -> [Certificate] {
        let certificates = trust.anchors(named: name) + pool.certificates(named: name)
        let further = more(name)
        guard !further.isEmpty else { return certificates }
        var seen = NumberedSet<Certificate>()
        for certificate in [members[0].certificate] + certificates { seen.insert(certificate) }
        return certificates + further.filter { $0.subject.matches(name) && seen.insert($0).isNew }
    }

    /// - Returns: the number of the certificate.
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

    /// The rank of an issuer; lower is better. Anchors come first, then certificates that an anchor may have issued, then
    /// others. In each of these classes, certificates that are valid now come first.
    private func rank(_ issuer: Certificate) -> Int {
        let distance = trust.contains(issuer) ? 0 : trust.hasAnchor(named: issuer.issuer) ? 1 : 2
        return distance * 2 + (issuer.validity.contains(now) ? 0 : 1)
    }
}

extension CertificateTable {
    /// A certificate of the table.
    struct Member {
        let certificate: Certificate
        /// The number of its subject and key. Two certificates with the same number in a path are a loop.
        let holder: Int
        let isAnchor: Bool
        /// Whether it is within its validity period.
        let isCurrent: Bool
        /// Whether no other certificate can have issued it: it is self-issued and names its own key. Without key
        /// identifiers it is not closed, because a key rollover is possible.
        let isClosed: Bool
        /// Nil until it has been looked up.
        fileprivate(set) var issuerGroup: Int?

        init(certificate: Certificate, holder: Int, isAnchor: Bool, isCurrent: Bool) {
            self.certificate = certificate
            self.holder = holder
            self.isAnchor = isAnchor
            self.isCurrent = isCurrent
            isClosed = certificate.namesOwnKey && certificate.isSelfIssued
        }
    }

    /// All certificates with one subject, the most promising first. Their keys are not considered.
    struct Group {
        let members: [Int]
        /// The holder numbers of all members, without duplicates.
        let holders: [Int]

        fileprivate init(members: [Int], table: [Member]) {
            self.members = members
            let all = members.map { table[$0].holder }
            holders = all.count > 1 ? Array(Set(all)) : all
        }
    }

    /// The subject and key of a certificate.
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
