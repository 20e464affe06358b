// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// Counts the signature checks of one validation against their limit, and caches their results.
struct SignatureLedger {
    struct Link: Hashable {
        let certificate: Certificate
        let issuer: Certificate
    }

    /// The first signature of a path, from the anchor down, that does not verify.
    struct BrokenLink {
        /// The index of the certificate.
        let index: Int
        let objection: String
        /// Whether OpenSSL cannot verify it in any library context.
        let isCertain: Bool

        var finding: Finding { Finding(.badSignature, at: index, objection, rule: "RFC 5280 §6.1.3 (a)(1)") }
    }

    private let limit: Int
    private var spent = 0
    /// Why a link is broken; nil if the signature verifies.
    private var objections: [Link: String?] = [:]
    /// The broken links that `takeBroken` has not returned yet.
    private var newlyBroken: [Link] = []

    init(limit: Int) { self.limit = limit }

    /// Charges `count` checks to the budget.
    ///
    /// - Throws: `limit-exceeded` if the budget is too small.
    mutating func spend(_ count: Int) throws(Finding) {
        spent += count
        guard spent <= limit else {
            throw Finding(.limitExceeded, at: nil, "more than \(limit) signature checks (limits.signatureChecks)")
        }
    }

    /// The first signature, from the anchor down, that does not verify with the key of the certificate above.
    ///
    /// - Parameter known: the indices of certificates whose signature was already verified.
    mutating func brokenLink(of path: CandidatePath, known: Set<Int> = []) throws(Finding) -> BrokenLink? {
        let certificates = path.certificates
        for index in certificates.indices.dropLast().reversed() where !known.contains(index) {
            let link = Link(certificate: certificates[index], issuer: certificates[index + 1])
            guard let objection = try objection(to: link) else { continue }
            // The library contexts in which certificates are decoded support the common algorithms, so no other context
            // is needed.
            let isCertain = link.certificate.hasUsualSignature && link.issuer.handle.hasUsablePublicKey
            return BrokenLink(index: index, objection: objection, isCertain: isCertain)
        }
        return nil
    }

    /// The links whose signature was found not to verify since the last call.
    mutating func takeBroken() -> [Link] {
        defer { newlyBroken = [] }
        return newlyBroken
    }

    private mutating func objection(to link: Link) throws(Finding) -> String? {
        if let known = objections[link] { return known }
        try spend(1)
        let isSigned = link.certificate.handle.isSigned(by: link.issuer.handle)
        let objection = isSigned ? nil : "\(link.certificate): the signature does not verify with the issuer's key"
        objections.updateValue(objection, forKey: link)
        if !isSigned { newlyBroken.append(link) }
        return objection
    }
}
