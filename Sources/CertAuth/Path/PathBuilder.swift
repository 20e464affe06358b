// SPDX-License-Identifier: Apache-2.0
// Proposes certification paths, the most promising first, within a budget of steps.
//
// A partial path begins at the leaf (RFC 4158 §2.2) and is extended by every known certificate whose subject is the issuer
// of its last one; what ends at an anchor is a candidate. Issuers are tried in the order of the hints that make success
// likely: a matching key identifier, being an anchor, being valid now. No hint excludes an issuer, and nothing is judged
// here: signatures and rules are for the caller.
//
// Few steps are enough for nearly all clients: they go depth first. A search that takes more is directed: the distance of
// every certificate to the anchors is counted once, what reaches none is left out, and the path that can become the
// shortest is extended first. What the caller found broken is left out too, and the distances are counted again: a mesh
// of certificates that no anchor vouches for ends as soon as each of its links to vouched ones was looked at once.
//
// Loops are cut as RFC 4158 §5.2 advises: a path never holds two certificates with the same subject and key. Every
// extension costs one step of a budget, so that a mesh of cross-signed authorities ends the search, not the server.

/// The candidate paths of one leaf, found one by one.
package struct PathBuilder: IteratorProtocol {
    /// How many steps are taken before the search is directed.
    private static let undirectedSteps = 32
    /// What the rank of an issuer adds to the cost of a path, in certificates.
    private static let delays = [0, 1, 3]
    /// What an issuer that is not valid now adds.
    private static let delayOfInvalid = 2

    private var table: IssuerTable
    private var tree = PathTree()
    private var pending = PendingPaths()
    private let stepLimit: Int
    private let depthLimit: Int
    /// Nil in a search that is not directed.
    private var distances: AnchorDistances?
    private var isDirected = false
    /// Whether something was left out since the distances were counted.
    private var isStale = false
    private var broken: Set<AnchorDistances.Link> = []
    private var unfit: Set<Int> = []
    private var hasCandidate = false
    /// How many times a path was extended by one certificate.
    package private(set) var steps = 0
    /// A long path that found no issuer, for the explanation when there is no candidate.
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
        table = IssuerTable(leaf: leaf, intermediates: intermediates, trust: trust, now: now)
        pending.push(PendingPaths.Entry(path: tree.add(0, beyond: nil, delay: 0), rank: nil), cost: 0)
        stepLimit = limits.pathSteps
        // Longer than any limit on intermediates, so that a path beyond it is refused as too long, not as untrusted.
        depthLimit = max(32, 2 * limits.intermediates + 2)
    }

    /// The next candidate, nil when there is none left or the budget is used up.
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
            // A search that was given up only hands out what it has found.
            if !isExhausted, !extend(entry) { continue }
            if entry.rank == nil, table.members[tree.nodes[entry.path].member].isAnchor {
                hasCandidate = true
                return CandidatePath(certificates: certificates(of: entry.path))
            }
        }
        if isDirected, !hasCandidate { walkToDeadEnd() }
        return nil
    }

    /// Leaves out every path in which `issuer` has signed `certificate`, whose signature its key does not verify.
    package mutating func drop(_ certificate: Certificate, signedBy issuer: Certificate) {
        table.findAll()
        guard let certificate = table.number(of: certificate), let issuer = table.number(of: issuer) else { return }
        broken.insert(AnchorDistances.Link(certificate: certificate, issuer: issuer))
        isStale = true
    }

    /// Leaves out every path in which `certificate` is an issuer. An anchor stays: less is asked of it where a path ends.
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

// Extending.
extension PathBuilder {
    /// - Returns: false when the search is directed from now on, and `entry` must wait for its turn.
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

    /// Whether some issuer of `member` by name is none of `held`: in a dense mesh most long paths hold all of them, which
    /// few numbers tell sooner than many certificates.
    private mutating func hasIssuer(_ member: Int, besides held: [Int]) -> Bool {
        let group = table.issuerGroup(of: member)
        return table.groups[group].holders.contains { !held.contains($0) }
    }

    /// Adds the paths that `issuers` make of `path`, the first of which is the next to be looked at.
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

// Directing.
extension PathBuilder {
    private mutating func direct(with entry: PendingPaths.Entry? = nil) {
        isDirected = true
        table.findAll()
        distances = AnchorDistances(in: table, broken: broken, unfit: unfit)
        for waiting in pending.removeAll() { push(waiting) }
        if let entry { push(entry) }
    }

    /// Counts the distances again; what waits is looked at when its turn comes.
    private mutating func redirect() {
        isStale = false
        guard isDirected else { return direct() }
        distances = AnchorDistances(in: table, broken: broken, unfit: unfit)
    }

    /// How many certificates a path is to hold at least when it reaches an anchor, and what the hints have against it;
    /// nil when it can't reach one, or holds what was left out.
    private func currentCost(of entry: PendingPaths.Entry) -> Int? {
        let node = tree.nodes[entry.path]
        guard let distance = distances?[node.member], node.length + distance <= depthLimit, isWhole(entry.path) else {
            return nil
        }
        return node.length + distance + node.delay + Self.delays[entry.rank ?? 0]
    }

    /// Whether a path holds nothing that was left out.
    private func isWhole(_ path: Int) -> Bool {
        guard !broken.isEmpty || !unfit.isEmpty else { return true }
        let members = tree.members(of: path)
        guard unfit.isEmpty || !members.dropLast().contains(where: unfit.contains) else { return false }
        return broken.isEmpty
            || zip(members.dropFirst(), members).allSatisfy { certificate, issuer in
                !broken.contains(AnchorDistances.Link(certificate: certificate, issuer: issuer))
            }
    }

    /// Follows the most promising issuers for the explanation, in a search that found no way to an anchor.
    private mutating func walkToDeadEnd() {
        var walked = [0]
        while walked.count < depthLimit, let last = walked.last, !table.members[last].isClosed {
            let held = walked.map { table.members[$0].holder }
            let issuers = table.rankedIssuers(of: last).flatMap { $0 }.filter {
                !held.contains(table.members[$0].holder)
            }
            // One that leads further says more.
            let next = issuers.first { hasIssuer($0, besides: held + [table.members[$0].holder]) }
            guard let next = next ?? issuers.first else { break }
            walked.append(next)
        }
        if walked.count > longestDeadEnd.count { longestDeadEnd = walked.map { table.members[$0].certificate } }
    }
}
