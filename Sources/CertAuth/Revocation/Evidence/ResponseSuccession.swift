// SPDX-License-Identifier: Apache-2.0

/// Determines which OCSP responses are in force after others were offered.
struct ResponseSuccession {
    /// The maximum number of responses that are kept although they were not offered again.
    private static let mostKept = 10_000

    private let former: RevocationEvidence
    /// Certificates that may have signed responses.
    private let signers: [Certificate]
    private let keptBefore: Set<Thumbprint>
    /// The offered responses that are in force.
    private(set) var accepted: [OCSPResponse] = []
    /// The former responses that stay in force in addition.
    private(set) var kept: [OCSPResponse] = []
    private(set) var notices: [EvidenceNotice] = []

    init(former: EvidenceSuccession.Holding, authorities: [Certificate]) {
        self.former = former.evidence
        let known = Set(former.evidence.ocspResponses.flatMap(\.content.authorizedSigners))
        signers = Array(known) + authorities
        keptBefore = former.kept
    }

    /// Determines which of `offered` are accepted, and which former responses are kept.
    ///
    /// A former response that says good need not be kept, unless it supersedes an offered one: without it, the status
    /// is unknown at worst. Other responses are kept: without them a refused client could be accepted.
    mutating func take(_ offered: [OCSPResponse]) {
        var seen: Set<Thumbprint> = []
        var needed: Set<Thumbprint> = []
        accepted = offered.filter { response in
            guard seen.insert(response.fingerprint).inserted else { return false }
            guard let held = newer(than: response) else { return true }
            needed.insert(held.fingerprint)
            notices.append(EvidenceNotice(.olderResponse, held: held, offered: response))
            return false
        }
        let successors = RevocationEvidence(revocationLists: [], ocspResponses: accepted)
        let stays = former.ocspResponses.filter { held in
            guard !seen.contains(held.fingerprint) else { return false }
            guard !needed.contains(held.fingerprint) else { return true }
            return held.entries.contains { entry in
                entry.status != .good
                    && !successors.responses(about: entry.certificateID.serialNumber).contains {
                        $0.supersedes(entry, of: held, among: signers)
                    }
            }
        }
        kept = Array(stays.prefix(Self.mostKept))
        for held in kept where !keptBefore.contains(held.fingerprint) && !needed.contains(held.fingerprint) {
            notices.append(EvidenceNotice(.omittedResponse, held: held))
        }
    }

    /// The former response that supersedes every entry of `response`.
    private func newer(than response: OCSPResponse) -> OCSPResponse? {
        guard let first = response.entries.first else { return nil }
        return former.responses(about: first.certificateID.serialNumber).first { held in
            response.entries.allSatisfy { held.supersedes($0, of: response, among: signers) }
        }
    }
}

extension OCSPResponse {
    /// Whether the same signer made a newer statement than `entry` of `other`. Signatures are verified last.
    fileprivate func supersedes(
        _ entry: OCSPSingleResponse,
        of other: OCSPResponse,
        among signers: [Certificate]
    ) -> Bool {
        guard producedAt >= other.producedAt,
            entries.contains(where: { $0.certificateID == entry.certificateID && $0.thisUpdate > entry.thisUpdate })
        else { return false }
        confirmSigner(among: signers)
        other.confirmSigner(among: signers)
        return content.sharesAuthorizedSigner(with: other.content)
    }

    /// Records which of `signers` signed the response. Whether that signer is authorized for a certificate is decided
    /// at its validation. Here it only shows that two responses about one certificate have the same signer.
    private func confirmSigner(among signers: [Certificate]) {
        guard content.authorizedSigners.isEmpty else { return }
        if let signer = signers.first(where: { isBy($0) && isSigned(by: $0) }) { content.rememberAuthorized(signer) }
    }
}
