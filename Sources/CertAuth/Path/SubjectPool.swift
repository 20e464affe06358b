// SPDX-License-Identifier: Apache-2.0
// Certificates at hand, found by the names of their subjects.

/// Certificates by their subject; few are compared one by one, many stand in a table.
struct SubjectPool {
    private static let most = 8

    private let few: [Certificate]
    private let many: [[UInt8]: [Certificate]]

    init(_ certificates: [Certificate]) {
        let isSmall = certificates.count <= Self.most
        few = isSmall ? certificates : []
        many = isSmall ? [:] : Dictionary(grouping: certificates) { $0.subject.canonical }
    }

    /// The certificates whose subject is `name`, in the order they were given.
    func certificates(named name: DistinguishedName) -> [Certificate] {
        many.isEmpty ? few.filter { $0.subject.matches(name) } : many[name.canonical] ?? []
    }
}
