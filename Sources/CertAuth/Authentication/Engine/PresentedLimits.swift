// SPDX-License-Identifier: Apache-2.0

/// The limits on a presented chain. They are checked before anything is parsed or hashed.
package struct PresentedLimits: Sendable {
    private let limits: ValidationLimits

    package init(_ limits: ValidationLimits) { self.limits = limits }

    /// Throws if a chain is too long or too large, naming the limit.
    package func check(_ chain: PresentedChain) throws(Finding) { try check(chain.derEncoded) }

    /// The same check for certificates as bytes, the end-entity certificate first.
    package func check(_ certificates: [[UInt8]]) throws(Finding) {
        try checkSizes(certificates)
        try checkValues(certificates)
    }

    /// Throws for too many certificates and for too many bytes.
    func checkSizes(_ certificates: [[UInt8]]) throws(Finding) {
        guard certificates.count <= limits.presentedCertificates else {
            let text = "\(certificates.count) certificates presented, at most \(limits.presentedCertificates)"
            throw Finding(.limitExceeded, at: nil, "\(text) (limits.presentedCertificates)")
        }
        var total = 0
        for (index, certificate) in certificates.enumerated() {
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

    /// Throws for too many DER values. A value has at least two bytes, so most chains need no counting.
    func checkValues(_ certificates: [[UInt8]]) throws(Finding) {
        let totalBytes = certificates.reduce(0) { $0 + $1.count }
        guard totalBytes / 2 > limits.presentedValues else { return }
        var rest = limits.presentedValues
        for certificate in certificates {
            let count = CertificateOutline.valueCount(of: certificate, limit: rest)
            guard count <= rest else {
                let text = "chain of more than \(limits.presentedValues) DER values (limits.presentedValues)"
                throw Finding(.limitExceeded, at: nil, text)
            }
            rest -= count
        }
    }
}
