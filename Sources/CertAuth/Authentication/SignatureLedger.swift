// SPDX-License-Identifier: Apache-2.0
// The signature checks of one validation: how many were made, and what they said.

internal import CertAuthOpenSSL

/// Counts signature checks against their limit, and remembers the answers.
struct SignatureLedger {
    private struct Link: Hashable {
        let certificate: Certificate
        let issuer: Certificate
    }

    private let limit: Int
    private var spent = 0
    private var answers: [Link: Bool] = [:]

    init(limit: Int) { self.limit = limit }

    /// Books `count` checks.
    ///
    /// - Throws: `limit-exceeded` when that is more than the limit leaves.
    mutating func spend(_ count: Int) throws(Finding) {
        spent += count
        guard spent <= limit else {
            throw Finding(.limitExceeded, at: nil, "more than \(limit) signature checks (limits.signatureChecks)")
        }
    }

    /// The first signature from the anchor down that does not verify with the key of the certificate above.
    mutating func brokenLink(of path: CandidatePath) throws(Finding) -> Finding? {
        let certificates = path.certificates
        for index in certificates.indices.dropLast().reversed() {
            guard try !isSigned(certificates[index], by: certificates[index + 1]) else { continue }
            let text = "\(certificates[index]): the signature does not verify with the issuer's key"
            return Finding(.badSignature, at: index, text, rule: "RFC 5280 §6.1.3 (a)(1)")
        }
        return nil
    }

    private mutating func isSigned(_ certificate: Certificate, by issuer: Certificate) throws(Finding) -> Bool {
        let link = Link(certificate: certificate, issuer: issuer)
        if let known = answers[link] { return known }
        try spend(1)
        let answer = certificate.handle.isSigned(by: issuer.handle)
        answers[link] = answer
        return answer
    }
}
