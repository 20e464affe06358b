// SPDX-License-Identifier: Apache-2.0

/// One lookup of the user of a certificate: looks up its identifiers and decides which user they lead to.
struct IdentitySearch {
    private let rules: [IdentityRule]
    private let demand: IdentityMapping.Demand
    /// The identifiers of each rule, in the order of the rules.
    private let identifiers: [[CertificateIdentifier]]

    /// - Throws: `identity-not-mapped` if the certificate lacks identifiers that the demand requires. Then the store is
    ///   not queried.
    init(
        rules: [IdentityRule],
        demand: IdentityMapping.Demand,
        identifiers: [[CertificateIdentifier]]
    ) throws(Finding) {
        self.rules = rules
        self.demand = demand
        self.identifiers = identifiers
        guard identifiers.contains(where: { !$0.isEmpty }) else {
            throw Finding(.identityNotMapped, at: 0, "no user is known by anything in the certificate")
        }
        if let rule = unmetRule(where: { !$0.isEmpty }) {
            throw Finding(.identityNotMapped, at: 0, "the certificate has nothing for the rule \(rule.name)")
        }
    }

    /// The one user that the identifiers lead to, or why there is none.
    ///
    /// - Throws: the errors of the store.
    func user(in store: any CertificateUserStore) async throws -> Result<CertificateUser, Finding> {
        var asked: Set<CertificateIdentifier> = []
        var known: Set<CertificateIdentifier> = []
        var searched: [String] = []
        var found: [CertificateUser] = []
        for identifier in identifiers.joined() where asked.insert(identifier).inserted {
            searched.append(identifier.description)
            for user in try await store.users(holding: identifier) {
                known.insert(identifier)
                if let index = found.firstIndex(where: { $0.isSameUser(as: user) }) {
                    found[index] = found[index].confirmed(by: user)
                } else {
                    found.append(user)
                }
            }
        }
        let words = searched.joined(separator: ", ")
        guard found.count <= 1 else {
            let names = found.prefix(4).map { DisplayText.escaped($0.identifier) }.joined(separator: ", ")
            return .failure(Finding(.identityAmbiguous, at: 0, "\(found.count) users, \(names), by \(words)"))
        }
        guard let user = found.first else {
            return .failure(Finding(.identityNotMapped, at: 0, "no user is known by \(words)"))
        }
        // There is only one user, so every known identifier leads to that user.
        if let rule = unmetRule(where: { !known.isDisjoint(with: $0) }) {
            let name = DisplayText.escaped(user.identifier)
            let text = "the rule \(rule.name) does not lead to user \(name), who was found by \(words)"
            return .failure(Finding(.identityNotMapped, at: 0, text))
        }
        return .success(user)
    }

    /// The first required rule that is not met.
    private func unmetRule(where isMet: ([CertificateIdentifier]) -> Bool) -> IdentityRule? {
        let all = zip(rules, identifiers)
        switch demand {
        case .allRules: return all.first { !isMet($0.1) }?.0
        case .anyRule:
            let strong = all.filter { $0.0.isStrong }
            if let rule = all.first(where: { $0.0.namesAccount && !$0.1.isEmpty && !isMet($0.1) }) { return rule.0 }
            return strong.contains { isMet($0.1) } ? nil : strong.first?.0
        }
    }
}
