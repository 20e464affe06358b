// SPDX-License-Identifier: Apache-2.0
// Evidence generations for tests of caches.

import CertAuth

extension EvidenceGeneration {
    /// A different generation for each number.
    static func numbered(_ number: UInt8) -> EvidenceGeneration { EvidenceGeneration(of: [[number]]) }
}
