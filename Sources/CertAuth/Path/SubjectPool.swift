// SPDX-License-Identifier: Apache-2.0

/// Certificates by subject. Up to eight are compared one by one; more are looked up in a dictionary.
struct SubjectPool {
    private static let most = 8

    private let few: [Certificate]
    private let many: [[UInt8]: [Certificate]]

    init(_ certificates: [Certificate]) {
        let isSmall = certificates.count <= Self.most
        few = isSmall ? certificates : []
        many = isSmall ? [:] : Dictionary(grouping: certificates) { $0.subject.canonical }
    }

    /// The certificates whose subject is `name`, in the given order.
    func certificates(named name: DistinguishedName) -> [Certificate] {
        many.isEmpty ? few.filter { $0.subject.matches(name) } : many[name.canonical] ?? []
    }
}
