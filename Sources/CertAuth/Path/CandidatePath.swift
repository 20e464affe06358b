// SPDX-License-Identifier: Apache-2.0
// A proposal: a leaf, its issuers and an anchor, nothing of it judged.

/// A path that the builder proposes.
package struct CandidatePath: Sendable, Hashable {
    /// Leaf first, anchor last; a single certificate when the leaf is an anchor itself.
    package let certificates: [Certificate]

    /// Every certificate with its index and whether it is the anchor.
    package let positions: [(index: Int, certificate: Certificate, isAnchor: Bool)]

    package init(certificates: [Certificate]) {
        self.certificates = certificates
        positions = certificates.enumerated().map { ($0.offset, $0.element, $0.offset == certificates.count - 1) }
    }

    /// Between leaf and anchor.
    package var intermediates: ArraySlice<Certificate> { certificates.dropFirst().dropLast() }

    package static func == (left: CandidatePath, right: CandidatePath) -> Bool {
        left.certificates == right.certificates
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(certificates) }
}
