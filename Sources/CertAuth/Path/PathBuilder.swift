// SPDX-License-Identifier: Apache-2.0
// Proposes candidate paths, best first, one at a time.
//
// The search is depth first from the leaf (RFC 4158 §2.2). A partial path is extended by every known certificate whose
// subject is the issuer of its last one; whatever ends at an anchor is a candidate. Issuers are tried in the order of
// the hints that make success likely: a matching key identifier, being an anchor, being valid now. No hint excludes an
// issuer, and nothing is judged here: signatures and rules are for those who get the candidates.
//
// Loops are cut as RFC 4158 §5.2 advises: a path never holds two certificates with the same subject and key. Every
// extension costs one step of a budget, so that a mesh of cross-signed authorities ends the search, not the server.

/// The candidate paths of one leaf, found one by one.
package struct PathBuilder: IteratorProtocol {
    private let trust: TrustStore
    private let pool: SubjectPool
    private let now: Timestamp
    /// Partial paths, the most promising last.
    private var pending: [[Member]]
    private let stepLimit: Int
    private let depthLimit: Int
    /// Who bears a name, by the name: what ranks them is the same for all that they may have issued, but for the key.
    private var bearers = NumberedSet<[UInt8]>()
    private var bearersByNumber: [Bearers] = []
    /// The issuers of certificates that were looked at, most promising first: the order does not depend on the path.
    private var knownIssuers: [Certificate: [Member]] = [:]
    /// A number for each pair of subject and key, so that paths are searched for repetitions by numbers.
    private var holders = NumberedSet<Holder>()
    /// How many times a path was extended by one certificate.
    package private(set) var steps = 0
    /// The longest path seen that found no issuer, for the explanation when there is no candidate.
    package private(set) var longestDeadEnd: [Certificate] = []
    /// True when the search was given up.
    package private(set) var isExhausted = false

    /// Prepares the search.
    ///
    /// - Parameters:
    ///   - leaf: the certificate whose path is wanted.
    ///   - intermediates: presented and additional certificates, in any order, duplicates allowed.
    ///   - trust: where paths may end.
    ///   - now: only orders the candidates.
    ///   - limits: `pathSteps` bounds the search, `intermediates` the length of paths.
    package init(
        leaf: Certificate,
        intermediates: [Certificate],
        trust: TrustStore,
        now: Timestamp,
        limits: ValidationLimits
    ) {
        self.trust = trust
        self.now = now
        var seen = NumberedSet<Certificate>()
        seen.insert(leaf)
        pool = SubjectPool(intermediates.filter { seen.insert($0).isNew && !trust.contains($0) })
        pending = [[Member(certificate: leaf, holder: holders.insert(Holder(leaf)).number)]]
        stepLimit = limits.pathSteps
        // Longer than any limit on intermediates, so that a path beyond it is refused as too long, not as untrusted.
        depthLimit = max(32, 2 * limits.intermediates + 2)
    }

    /// The next candidate, nil when there is none left or the budget is used up.
    package mutating func next() -> CandidatePath? {
        while let path = pending.popLast() {
            guard let last = path.last?.certificate else { continue }
            // A search that was given up only hands out what it has found.
            if !isExhausted { extend(path, beyond: last) }
            if trust.contains(last) { return CandidatePath(certificates: path.map(\.certificate)) }
        }
        return nil
    }

    private mutating func extend(_ path: [Member], beyond last: Certificate) {
        guard path.count < depthLimit else { return }
        // A root that names its own key has no other issuer; without key identifiers a rollover is possible.
        let isRoot = last.isSelfIssued && namesOwnKey(last)
        let issuers = isRoot ? [] : unrepeatedIssuers(of: last, in: path)
        if issuers.isEmpty && !trust.contains(last) && path.count > longestDeadEnd.count {
            longestDeadEnd = path.map(\.certificate)
        }
        let affordable = issuers.prefix(stepLimit - steps)
        isExhausted = affordable.count < issuers.count
        steps += affordable.count
        for issuer in affordable.reversed() { pending.append(path + [issuer]) }
    }

    private func namesOwnKey(_ certificate: Certificate) -> Bool {
        guard let wanted = certificate.authorityKeyIdentifier?.keyIdentifier else { return false }
        return wanted == certificate.subjectKeyIdentifier
    }

    /// The issuers of `certificate` whose subject and key `path` does not hold yet, most promising first.
    private mutating func unrepeatedIssuers(of certificate: Certificate, in path: [Member]) -> [Member] {
        let bearers = bearers(of: certificate.issuer)
        let held = path.map(\.holder)
        // In a dense mesh most long paths hold all of them, which few numbers tell sooner than many certificates.
        guard bearers.holders.contains(where: { !held.contains($0) }) else { return [] }
        return issuers(of: certificate, among: bearers).filter { !held.contains($0.holder) }
    }

    /// Known certificates named as the issuer of `certificate`, most promising first.
    private mutating func issuers(of certificate: Certificate, among bearers: Bearers) -> [Member] {
        guard bearers.members.count > 1 else { return bearers.members }
        if let known = knownIssuers[certificate] { return known }
        let issuers = bearers.ranked(asIssuersOf: certificate)
        knownIssuers[certificate] = issuers
        return issuers
    }

    /// Every anchor and known certificate of this name.
    private mutating func bearers(of name: DistinguishedName) -> Bearers {
        let (number, isNew) = bearers.insert(name.canonical)
        guard isNew else { return bearersByNumber[number] }
        let certificates = trust.anchors(named: name) + pool.certificates(named: name)
        let ranks = certificates.count > 1 ? certificates.map(rank) : certificates.map { _ in 0 }
        let order = certificates.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
        let members = order.map { position in
            let certificate = certificates[position]
            return Member(certificate: certificate, holder: holders.insert(Holder(certificate)).number)
        }
        let found = Bearers(members: members)
        bearersByNumber.append(found)
        return found
    }

    /// Lower is better: anchors and what anchors may have issued, then validity.
    private func rank(_ issuer: Certificate) -> Int {
        let distance = trust.contains(issuer) ? 0 : trust.anchors(named: issuer.issuer).isEmpty ? 2 : 1
        return distance * 2 + (issuer.validity.contains(now) ? 0 : 1)
    }
}

extension PathBuilder {
    /// A certificate with the number of its subject and key.
    private struct Member {
        let certificate: Certificate
        let holder: Int
    }

    /// All certificates of one name, most promising first but for their keys, and who holds them.
    private struct Bearers {
        let members: [Member]
        /// The holders of all members, without repetitions.
        let holders: [Int]

        init(members: [Member]) {
            self.members = members
            holders = members.count > 1 ? Array(Set(members.map(\.holder))) : members.map(\.holder)
        }

        /// Those with the key that `certificate` names come first, then those that do not say which key they hold.
        func ranked(asIssuersOf certificate: Certificate) -> [Member] {
            guard members.count > 1, let wanted = certificate.authorityKeyIdentifier?.keyIdentifier else {
                return members
            }
            var ranks: [[Member]] = [[], [], []]
            for member in members {
                let found = member.certificate.subjectKeyIdentifier
                ranks[found == nil ? 1 : found == wanted ? 0 : 2].append(member)
            }
            return Array(ranks.joined())
        }
    }

    /// Who holds a certificate: two of the same subject and key in one path are a loop.
    private struct Holder: Hashable {
        private let subject: [UInt8]
        private let key: [UInt8]

        init(_ certificate: Certificate) {
            subject = certificate.subject.canonical
            key = certificate.publicKey.derEncoded
        }
    }
}
