// SPDX-License-Identifier: Apache-2.0

/// The digests of statements and of signers' certificates in ascending order, for a generation.
struct StatementDigests: Sendable {
    private static let length = 32
    /// One digest after another.
    private var bytes: [UInt8]

    /// - Parameter digests: SHA-256 digests, in any order. Equal ones are repeated.
    init(_ digests: [[UInt8]]) {
        bytes = digests.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 }
    }

    var generation: EvidenceGeneration { EvidenceGeneration(ofSorted: bytes) }

    /// Adds a digest.
    mutating func insert(_ digest: [UInt8]) { bytes.insert(contentsOf: digest, at: position(of: digest)) }

    /// Removes one of the equal digests, if there is one.
    mutating func remove(_ digest: [UInt8]) {
        let position = position(of: digest)
        let range = position..<min(position + Self.length, bytes.count)
        if bytes[range].elementsEqual(digest) { bytes.removeSubrange(range) }
    }

    /// The position of the first digest that is not below `digest`.
    private func position(of digest: [UInt8]) -> Int {
        var (low, high) = (0, bytes.count / Self.length)
        while low < high {
            VisitCounter.add(1)
            let middle = (low + high) / 2
            let found = bytes[middle * Self.length..<(middle + 1) * Self.length]
            if found.lexicographicallyPrecedes(digest) { low = middle + 1 } else { high = middle }
        }
        return low * Self.length
    }
}
