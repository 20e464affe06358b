// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// The contents of several files, independent of the output format.
package struct InspectionReport: Sendable {
    package let files: [InspectedFile]
    package let forest: CertificateForest
    package let now: Timestamp

    package init(files: [InspectedFile], now: Timestamp) {
        self.files = files
        self.now = now
        forest = CertificateForest(files.flatMap(\.certificates))
    }

    /// 0, or 1 if something is malformed.
    package var exitCode: Int32 {
        let isMalformed = files.flatMap(\.objects).contains { if case .malformed = $0 { true } else { false } }
        return isMalformed ? CommandFailure.Kind.refused.rawValue : 0
    }

    /// Returns the warnings about a certificate.
    package func warnings(_ certificate: Certificate) -> [String] {
        CertificateWarnings(certificate, isLeaf: forest.isLeaf(certificate), now: now).all
    }

    /// Returns the warnings about a CRL.
    package func warnings(_ list: CertificateRevocationList) -> [String] {
        if now < list.thisUpdate { return ["from the future: thisUpdate \(list.thisUpdate), now \(now)"] }
        guard let nextUpdate = list.nextUpdate else { return ["no nextUpdate, which RFC 5280 requires"] }
        return now > nextUpdate ? ["stale: nextUpdate \(nextUpdate), now \(now)"] : []
    }
}
