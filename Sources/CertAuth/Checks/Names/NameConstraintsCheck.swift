// SPDX-License-Identifier: Apache-2.0

/// Requires that each name of each certificate is inside the permitted subtrees and outside the excluded subtrees of
/// every certificate above it, including the anchor (RFC 5280 §6.1.3 (b), (c), §6.1.4 (g)).
///
/// Self-issued intermediates are exempt; the end-entity certificate never is. The number of comparisons is bounded over
/// all paths of one validation.
package struct NameConstraintsCheck: PathCheck {
    private static let rule = "RFC 5280 §4.2.1.10"

    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        let authorities = path.positions.compactMap { index, certificate, _ in
            certificate.nameConstraints.map {
                Authority(index: index, certificate: certificate, subtrees: SubtreeIndex($0))
            }
        }
        guard !authorities.isEmpty else { return }
        let isConstrainingCommonNames = context.options.constrainsCommonNames || context.options.profile == .strict
        for (index, certificate, isAnchor) in path.positions {
            guard !isAnchor || index == 0, index == 0 || !certificate.isSelfIssued else { continue }
            let above = authorities.filter { $0.index > index }
            guard !above.isEmpty else { continue }
            let includesCommonNames = index == 0 && isConstrainingCommonNames
            let names = ConstrainedName.all(of: certificate, includesCommonNames: includesCommonNames)
            let questions = above.flatMap { authority in
                names.map {
                    Question(authority: authority, name: $0, subtrees: authority.subtrees.subtrees(for: $0.name))
                }
            }
            // The budget is charged before the first comparison, so that an excessive number costs nothing.
            let isAffordable = context.work.spendNameComparisons(questions.reduce(0) { $0 + $1.subtrees.count })
            guard isAffordable else { throw Self.overBudget(certificate, at: index, in: context) }
            for question in questions {
                guard let objection = objection(to: question.name.name, by: question.subtrees) else { continue }
                let issuer = "certificate \(question.authority.index) (\(question.authority.certificate))"
                let text = "\(certificate): \(question.name.shown) \(objection) of \(issuer)"
                throw Finding(.nameNotPermitted, at: index, text, rule: Self.rule)
            }
        }
    }

    /// An issuer with constraints, and its index in the path.
    private struct Authority {
        let index: Int
        let certificate: Certificate
        let subtrees: SubtreeIndex
    }

    /// One name, and the subtrees of one issuer that apply to it.
    private struct Question {
        let authority: Authority
        let name: (name: ConstrainedName, shown: String)
        let subtrees: SubtreeIndex.Relevant
    }

    private static func overBudget(
        _ certificate: Certificate,
        at index: Int,
        in context: ValidationContext
    ) -> Finding {
        let limit = context.options.limits.nameComparisons
        let text = "\(certificate): more than \(limit) name comparisons (limits.nameComparisons)"
        return Finding(.limitExceeded, at: index, text)
    }

    private func objection(to name: ConstrainedName, by constraints: SubtreeIndex.Relevant) -> String? {
        for subtree in constraints.excluded {
            switch SubtreeMatch(subtree: subtree, direction: .excluded).answer(for: name) {
            case .otherKind, .outside: continue
            case .inside: return "is excluded by \(shown(subtree))"
            case .undecidable: return "can't be compared with the excluded \(shown(subtree))"
            }
        }
        var permittedOfKind: [ConstraintSubtree] = []
        var isCompared = false
        for subtree in constraints.permitted {
            switch SubtreeMatch(subtree: subtree, direction: .permitted).answer(for: name) {
            case .otherKind: continue
            case .inside: return nil
            case .outside:
                permittedOfKind.append(subtree)
                isCompared = true
            case .undecidable: permittedOfKind.append(subtree)
            }
        }
        guard let first = permittedOfKind.first else { return nil }
        let more = permittedOfKind.count > 1 ? " and \(permittedOfKind.count - 1) more" : ""
        let found = isCompared ? "is not permitted by" : "can't be compared with the permitted"
        return "\(found) \(shown(first))\(more)"
    }

    private func shown(_ subtree: ConstraintSubtree) -> String {
        let value = DisplayText.escaped(subtree.name.value, limit: 80)
        return "\(subtree.name.kind) “\(value)”"
    }
}
