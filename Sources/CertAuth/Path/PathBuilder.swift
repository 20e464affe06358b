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
    private let pool: [[UInt8]: [Certificate]]
    private let now: Timestamp
    /// Partial paths, the most promising last.
    private var pending: [[Member]]
    private let stepLimit: Int
    private let depthLimit: Int
    /// The issuers of certificates that were looked at, most promising first: the order does not depend on the path.
    private var knownIssuers: [Certificate: Issuers] = [:]
    /// A number for each pair of subject and key, so that paths are searched for repetitions by numbers.
    private var holders: [Holder: Int] = [:]
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
        var seen: Set<Certificate> = [leaf]
        let unique = intermediates.filter { seen.insert($0).inserted && !trust.contains($0) }
        pool = Dictionary(grouping: unique) { $0.subject.canonical }
        pending = [[Member(certificate: leaf, holder: 0)]]
        holders = [Holder(leaf): 0]
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
        let issuers = isRoot ? [] : unrepeated(issuers(of: last), in: path)
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

    /// Known certificates named as the issuer of `certificate`, most promising first.
    private mutating func issuers(of certificate: Certificate) -> Issuers {
        if let known = knownIssuers[certificate] { return known }
        let candidates = trust.anchors(named: certificate.issuer) + (pool[certificate.issuer.canonical] ?? [])
        let members = ranked(candidates, asIssuersOf: certificate).map { issuer in
            Member(certificate: issuer, holder: number(of: Holder(issuer)))
        }
        let issuers = Issuers(members: members, holders: Set(members.map(\.holder)))
        knownIssuers[certificate] = issuers
        return issuers
    }

    private mutating func number(of holder: Holder) -> Int {
        if let known = holders[holder] { return known }
        holders[holder] = holders.count
        return holders.count - 1
    }

    private func ranked(_ candidates: [Certificate], asIssuersOf certificate: Certificate) -> [Certificate] {
        guard candidates.count > 1 else { return candidates }
        let ranked = candidates.map { (certificate: $0, rank: rank($0, asIssuerOf: certificate)) }
        return ranked.enumerated()
            .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element.certificate)
    }

    /// Lower is better: key identifier first, then anchors and what anchors may have issued, then validity.
    private func rank(_ issuer: Certificate, asIssuerOf certificate: Certificate) -> Int {
        let keyRank =
            switch (certificate.authorityKeyIdentifier?.keyIdentifier, issuer.subjectKeyIdentifier) {
            case (let wanted?, let found?): wanted == found ? 0 : 2
            default: 1
            }
        let distance = trust.contains(issuer) ? 0 : trust.anchors(named: issuer.issuer).isEmpty ? 2 : 1
        return keyRank * 6 + distance * 2 + (issuer.validity.contains(now) ? 0 : 1)
    }

    /// The issuers whose subject and key `path` does not hold yet.
    private func unrepeated(_ issuers: Issuers, in path: [Member]) -> [Member] {
        let held = path.map(\.holder)
        // In a dense mesh most long paths hold all of them, which few numbers tell sooner than many certificates.
        guard issuers.holders.contains(where: { !held.contains($0) }) else { return [] }
        return issuers.members.filter { !held.contains($0.holder) }
    }
}

extension PathBuilder {
    /// A certificate with the number of its subject and key.
    private struct Member {
        let certificate: Certificate
        let holder: Int
    }

    /// The known issuers of one certificate, most promising first, and who holds them.
    private struct Issuers {
        let members: [Member]
        let holders: Set<Int>
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
