// SPDX-License-Identifier: Apache-2.0

/// The subtrees of one issuer, parsed once and grouped by kind, so that a name is compared only with subtrees of its
/// kind.
struct SubtreeIndex: Sendable {
    /// The subtrees that apply to one name.
    struct Relevant: Sendable {
        var permitted: [ConstraintSubtree]
        var excluded: [ConstraintSubtree]

        /// The number of comparisons for one name.
        var count: Int { permitted.count + excluded.count }
    }

    private let permitted: [String: [ConstraintSubtree]]
    private let excluded: [String: [ConstraintSubtree]]

    init(_ constraints: NameConstraints) {
        permitted = Dictionary(grouping: constraints.permitted.map(ConstraintSubtree.init)) { $0.name.kind }
        excluded = Dictionary(grouping: constraints.excluded.map(ConstraintSubtree.init)) { $0.name.kind }
    }

    /// The subtrees that `name` must be compared with.
    func subtrees(for name: ConstrainedName) -> Relevant {
        let kinds = name.constraintKinds
        if let kind = kinds.first, kinds.count == 1 {
            return Relevant(permitted: permitted[kind] ?? [], excluded: excluded[kind] ?? [])
        }
        var relevant = Relevant(permitted: [], excluded: [])
        for kind in kinds {
            relevant.permitted += permitted[kind] ?? []
            relevant.excluded += excluded[kind] ?? []
        }
        return relevant
    }
}

extension ConstrainedName {
    /// The kinds of constraints that apply to the name.
    fileprivate var constraintKinds: [String] {
        switch self {
        case .dns: ["dns"]
        case .mailbox: ["email"]
        case .internationalMailbox: ["email", "smtp-utf8"]
        case .uri: ["uri"]
        case .address: ["ip"]
        case .directory: ["directory"]
        case .other(let name): [name.kind]
        case .malformed(let name): name.kind == "smtp-utf8" ? ["email", "smtp-utf8"] : [name.kind]
        }
    }
}
