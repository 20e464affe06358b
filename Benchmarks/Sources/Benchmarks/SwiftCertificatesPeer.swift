// SPDX-License-Identifier: Apache-2.0
// swift-certificates with the same input and output: DER in, verdict out.

import BenchmarkInput
import Foundation
import SwiftASN1
import X509

/// Validates with swift-certificates.
struct SwiftCertificatesPeer: Sendable {
    private let roots: CertificateStore
    private let intermediate: [UInt8]
    private let leaves: [[UInt8]]

    init(_ hierarchy: Hierarchy) throws {
        roots = CertificateStore([try X509.Certificate(derEncoded: hierarchy.root)])
        intermediate = hierarchy.intermediate
        leaves = hierarchy.leaves
    }

    /// Blocks until `count` validations are done; returns how many accepted.
    func validate(count: Int, offset: Int) -> Int {
        let tally = Tally()
        let finished = DispatchSemaphore(value: 0)
        Task.detached {
            tally.add(await accepted(count: count, offset: offset))
            finished.signal()
        }
        finished.wait()
        return tally.value
    }

    private func accepted(count: Int, offset: Int) async -> Int {
        var verifier = Verifier(rootCertificates: roots) { RFC5280Policy() }
        var successes = 0
        for index in offset..<offset + count {
            guard let leaf = try? X509.Certificate(derEncoded: leaves[index % leaves.count]),
                let issuer = try? X509.Certificate(derEncoded: intermediate)
            else { continue }
            let result = await verifier.validate(leaf: leaf, intermediates: CertificateStore([issuer]))
            if case .validCertificate = result { successes += 1 }
        }
        return successes
    }
}
