// SPDX-License-Identifier: Apache-2.0

/// Describes the available statements if all are about other certificates. It shows the operator that one is available
/// and why it is not used.
struct UnrelatedStatements {
    /// The maximum number of statements that are described individually.
    private static let mostDescribed = 3

    /// The cause of the unknown status.
    let cause: RevocationStatus.Cause

    init(_ evidence: RevocationEvidence, of certificate: Certificate, issuedBy issuer: Certificate) {
        let (lists, responses) = evidence.counts
        guard lists + responses > 0 else {
            cause = .noSource(issuer: "\(issuer)")
            return
        }
        let found: String
        if lists + responses > Self.mostDescribed {
            found = "\(lists) CRLs and \(responses) OCSP responses are about other certificates"
        } else {
            let lists = evidence.revocationLists.map { "a CRL of \(DisplayText.escaped($0.issuer.rfc4514))" }
            let responses = evidence.ocspResponses.map { Self.text($0, certificate, issuer) }
            found = (lists + responses).joined(separator: ", ")
        }
        cause = .aboutOthers(issuer: "\(issuer)", found: found)
    }

    private static func text(_ response: OCSPResponse, _ certificate: Certificate, _ issuer: Certificate) -> String {
        guard let entry = response.entries.first?.certificateID else { return "an OCSP response about no certificate" }
        if entry.serialNumber == certificate.serialNumber {
            return "an OCSP response about serial \(entry.serialNumber) of another issuer than \(issuer)"
        }
        let more = response.entries.count > 1 ? " and \(response.entries.count - 1) more" : ""
        return "an OCSP response about serial \(entry.serialNumber)\(more), not \(certificate.serialNumber)"
    }
}
