// SPDX-License-Identifier: Apache-2.0

/// A path that the builder proposes: an end-entity certificate, its issuers and a trust anchor. Nothing in it has been
/// validated.
package struct CandidatePath: Sendable, Hashable {
    /// The end-entity certificate first, the anchor last. A single certificate if the end-entity certificate is itself
    /// an anchor.
    package let certificates: [Certificate]

    /// Every certificate with its index and whether it is the anchor.
    package let positions: [(index: Int, certificate: Certificate, isAnchor: Bool)]

    package init(certificates: [Certificate]) {
        self.certificates = certificates
        positions = certificates.enumerated().map { ($0.offset, $0.element, $0.offset == certificates.count - 1) }
    }

    /// The certificates between the end-entity certificate and the anchor.
    package var intermediates: ArraySlice<Certificate> { certificates.dropFirst().dropLast() }

    package static func == (left: CandidatePath, right: CandidatePath) -> Bool {
        left.certificates == right.certificates
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(certificates) }
}
