// SPDX-License-Identifier: Apache-2.0
// Generations of evidence for tests of caches.

import CertAuth

extension EvidenceGeneration {
    /// Returns a different generation for each number.
    static func numbered(_ number: UInt8) -> EvidenceGeneration { EvidenceGeneration(of: [[number]]) }
}
