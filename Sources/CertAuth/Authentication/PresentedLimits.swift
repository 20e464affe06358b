// SPDX-License-Identifier: Apache-2.0
// How much a client may present, checked before a byte of it is parsed or hashed.

/// The bounds on a presented chain.
package struct PresentedLimits: Sendable {
    private let limits: ValidationLimits

    package init(_ limits: ValidationLimits) { self.limits = limits }

    /// Refuses a chain that is too long or too large, naming the limit.
    package func check(_ chain: PresentedChain) throws(Finding) {
        guard chain.derEncoded.count <= limits.presentedCertificates else {
            let text = "\(chain.derEncoded.count) certificates presented, at most \(limits.presentedCertificates)"
            throw Finding(.limitExceeded, at: nil, "\(text) (limits.presentedCertificates)")
        }
        var total = 0
        for (index, certificate) in chain.derEncoded.enumerated() {
            guard certificate.count <= limits.certificateBytes else {
                let text = "certificate of \(certificate.count) bytes, at most \(limits.certificateBytes)"
                throw Finding(.limitExceeded, at: index, "\(text) (limits.certificateBytes)")
            }
            total += certificate.count
        }
        guard total <= limits.chainBytes else {
            let text = "chain of \(total) bytes, at most \(limits.chainBytes) (limits.chainBytes)"
            throw Finding(.limitExceeded, at: nil, text)
        }
    }
}
