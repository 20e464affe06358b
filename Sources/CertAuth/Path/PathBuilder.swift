// SPDX-License-Identifier: Apache-2.0
// Proposes certification paths, the most promising first, within a budget of steps.
//
// A partial path begins at the end-entity certificate (RFC 4158 §2.2). A step extends it by a known certificate whose
// subject is the issuer of its last certificate. A path that ends at an anchor is a candidate. Hints decide which
// issuer is tried first: a matching key identifier, being an anchor, being valid now. No hint excludes an issuer, and
// nothing is validated here: the caller checks signatures and rules.
//
// The search is depth-first at first, because nearly all clients need few steps. A search that takes longer becomes
// directed: the distance of every certificate to the anchors is counted once, certificates that reach no anchor are
// left out, and the path that can become the shortest is extended first. What the caller found broken is left out too,
// and the distances are counted again. So a search in a mesh of certificates that no anchor has verified ends as soon
// as each of its links to verified certificates has been examined once.
//
// Loops are cut as RFC 4158 §5.2 recommends: a path never contains two certificates with the same subject and key.
// Every extension costs one step of a budget, so a mesh of cross-signed CAs ends the search instead of exhausting the
// server.

/// An iterator over the candidate paths of one end-entity certificate.
package struct PathBuilder: IteratorProtocol {
    /// The number of steps after which the search becomes directed.
    private static let undirectedSteps = 32
    /// The cost that the rank of an issuer adds to a path, in certificates.
    private static let delays = [0, 1, 3]
    /// The cost that an issuer outside of its validity period adds.
    private static let delayOfInvalid = 2

    private var table: CertificateTable
    private var tree = PathTree()
    private var pending = PendingPaths()
    private let stepLimit: Int
    private let depthLimit: Int
    /// Nil until the search is directed.
    private var distances: AnchorDistances?
    private var isDirected = false
    /// Whether something was left out since the distances were counted.
    private var isStale = false
    private var broken: Set<AnchorDistances.Link> = []
    private var unfit: Set<Int> = []
    private var hasCandidate = false
    /// The number of extensions of a path by one certificate so far.
    package private(set) var steps = 0
    /// The longest path without a further issuer, to explain why there is no candidate.
    package private(set) var longestDeadEnd: [Certificate] = []
    /// Whether the search stopped because the budget was used up.
    package private(set) var isExhausted = false

    /// Prepares the search.
    ///
    /// - Parameters:
    ///   - leaf: the end-entity certificate.
    ///   - intermediates: presented and additional certificates, in any order. Duplicates are allowed.
    ///   - more: finds further certificates by subject, if there are too many for an array.
    ///   - trust: where paths may end.
    ///   - now: the current time, used only to order the candidates.
    ///   - limits: `pathSteps` bounds the search, `intermediates` the length of paths.
    package init(
        leaf: Certificate,
        intermediates: [Certificate],
        more: @escaping (DistinguishedName) -> [Certificate] = { _ in [] },
        trust: TrustStore,
        now: Timestamp,
        limits: ValidationLimits
    ) {
        table = CertificateTable(leaf: leaf, intermediates: intermediates, more: more, trust: trust, now: now)
        pending.push(PendingPaths.Entry(path: tree.add(0, beyond: nil, delay: 0), rank: nil), cost: 0)
        stepLimit = limits.pathSteps
        // Longer than any limit on intermediates, so that a longer path is refused as too long, not as untrusted.
        depthLimit = max(32, 2 * limits.intermediates + 2)
    }

    /// The next candidate; nil if there is none left or the budget is used up.
    package mutating func next() -> CandidatePath? {
        if isStale { redirect() }
        while let (entry, cost) = pending.pop() {
            if isDirected {
                guard let current = currentCost(of: entry) else { continue }
                guard current <= cost else {
                    pending.push(entry, cost: current)
                    continue
                }
            }
            // After the budget is used up, only paths that were already found are returned.
            if !isExhausted, !extend(entry) { continue }
            if entry.rank == nil, table.members[tree.nodes[entry.path].member].isAnchor {
                hasCandidate = true
                return CandidatePath(certificates: certificates(of: entry.path))
            }
        }
        if isDirected, !hasCandidate { walkToDeadEnd() }
        return nil
    }

    /// Excludes every path in which `issuer` issued `certificate`, because its key does not verify the signature.
    package mutating func drop(_ certificate: Certificate, signedBy issuer: Certificate) {
        table.findAll()
        guard let certificate = table.number(of: certificate), let issuer = table.number(of: issuer) else { return }
        broken.insert(AnchorDistances.Link(certificate: certificate, issuer: issuer))
        isStale = true
    }

    /// Excludes every path in which `certificate` is an issuer. An anchor is not excluded, because fewer rules apply to
    /// it.
    package mutating func drop(issuer certificate: Certificate) {
        table.findAll()
        guard let number = table.number(of: certificate), !table.members[number].isAnchor else { return }
        unfit.insert(number)
        isStale = true
    }

    private func certificates(of path: Int) -> [Certificate] {
        tree.members(of: path).reversed().map { table.members[$0].certificate }
    }
}

extension PathBuilder {
    /// - Returns: false if the search has just become directed and `entry` must wait for its turn.
    private mutating func extend(_ entry: PendingPaths.Entry) -> Bool {
        let node = tree.nodes[entry.path]
        guard node.length < depthLimit else { return true }
        let held = tree.members(of: entry.path).map { table.members[$0].holder }
        let last = table.members[node.member]
        guard !last.isClosed, hasIssuer(node.member, besides: held) else {
            if !last.isAnchor && node.length > longestDeadEnd.count { longestDeadEnd = certificates(of: entry.path) }
            return true
        }
        let ranks = table.rankedIssuers(of: node.member)
        guard isDirected else {
            let issuers = ranks.flatMap { $0 }.filter { !held.contains(table.members[$0].holder) }
            guard steps + issuers.count <= Self.undirectedSteps else {
                direct(with: entry)
                return false
            }
            push(issuers, beyond: entry.path, delay: node.delay)
            return true
        }
        let rank = entry.rank ?? 0
        let issuers = ranks[rank].filter { issuer in
            !held.contains(table.members[issuer].holder) && distances?[issuer] != nil
                && !broken.contains(AnchorDistances.Link(certificate: node.member, issuer: issuer))
        }
        push(issuers, beyond: entry.path, delay: node.delay + Self.delays[rank])
        if let next = ranks.indices.first(where: { $0 > rank && !ranks[$0].isEmpty }) {
            push(PendingPaths.Entry(path: entry.path, rank: next))
        }
        return true
    }

    /// Whether `member` has an issuer by name whose holder is not in `held`. In a dense mesh most long paths contain
    /// all of them; comparing holder numbers is faster than comparing certificates.
    private mutating func hasIssuer(_ member: Int, besides held: [Int]) -> Bool {
        let group = table.issuerGroup(of: member)
        return table.groups[group].holders.contains { !held.contains($0) }
    }

    /// Adds the paths that extend `path` by one of `issuers`. The first of them is examined next.
    private mutating func push(_ issuers: [Int], beyond path: Int, delay: Int) {
        let affordable = issuers.prefix(stepLimit - steps)
        isExhausted = affordable.count < issuers.count
        steps += affordable.count
        for issuer in affordable.reversed() {
            let delay = delay + (table.members[issuer].isCurrent ? 0 : Self.delayOfInvalid)
            push(PendingPaths.Entry(path: tree.add(issuer, beyond: path, delay: delay), rank: nil))
        }
    }

    private mutating func push(_ entry: PendingPaths.Entry) {
        guard isDirected else { return pending.push(entry, cost: 0) }
        if let cost = currentCost(of: entry) { pending.push(entry, cost: cost) }
    }
}

extension PathBuilder {
    private mutating func direct(with entry: PendingPaths.Entry? = nil) {
        isDirected = true
        table.findAll()
        distances = AnchorDistances(in: table, broken: broken, unfit: unfit)
        for waiting in pending.removeAll() { push(waiting) }
        if let entry { push(entry) }
    }

    /// Counts the distances again. Waiting entries are compared with them when their turn comes.
    private mutating func redirect() {
        isStale = false
        guard isDirected else { return direct() }
        distances = AnchorDistances(in: table, broken: broken, unfit: unfit)
    }

    /// The minimum number of certificates of the path when it reaches an anchor, plus the delay from the hints. Nil if
    /// it cannot reach an anchor or contains something that was left out.
    private func currentCost(of entry: PendingPaths.Entry) -> Int? {
        let node = tree.nodes[entry.path]
        guard let distance = distances?[node.member], node.length + distance <= depthLimit, isWhole(entry.path) else {
            return nil
        }
        return node.length + distance + node.delay + Self.delays[entry.rank ?? 0]
    }

    /// Whether a path contains nothing that was left out.
    private func isWhole(_ path: Int) -> Bool {
        guard !broken.isEmpty || !unfit.isEmpty else { return true }
        let members = tree.members(of: path)
        guard unfit.isEmpty || !members.dropLast().contains(where: unfit.contains) else { return false }
        return broken.isEmpty
            || zip(members.dropFirst(), members).allSatisfy { certificate, issuer in
                !broken.contains(AnchorDistances.Link(certificate: certificate, issuer: issuer))
            }
    }

    /// Follows the most promising issuers, to explain a search that found no path to an anchor.
    private mutating func walkToDeadEnd() {
        var walked = [0]
        while walked.count < depthLimit, let last = walked.last, !table.members[last].isClosed {
            let held = walked.map { table.members[$0].holder }
            let issuers = table.rankedIssuers(of: last).flatMap { $0 }.filter {
                !held.contains(table.members[$0].holder)
            }
            // Prefer an issuer that has an issuer itself: a longer path explains more.
            let next = issuers.first { hasIssuer($0, besides: held + [table.members[$0].holder]) }
            guard let next = next ?? issuers.first else { break }
            walked.append(next)
        }
        if walked.count > longestDeadEnd.count { longestDeadEnd = walked.map { table.members[$0].certificate } }
    }
}
