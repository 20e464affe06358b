// SPDX-License-Identifier: Apache-2.0
// What asking a source brings.

/// A statement that was fetched.
enum FetchedStatement: Sendable {
    case list(CertificateRevocationList)
    case response(OCSPResponse)

    /// Until when it speaks, by its own words.
    var end: Timestamp? {
        switch self {
        case .list(let list): list.nextUpdate
        case .response(let response): response.entries.compactMap(\.nextUpdate).min()
        }
    }

    /// The statement as evidence.
    var evidence: RevocationEvidence {
        switch self {
        case .list(let list): RevocationEvidence(revocationLists: [list])
        case .response(let response): RevocationEvidence(revocationLists: [], ocspResponses: [response])
        }
    }
}

/// What asking one source has come to.
enum FetchOutcome: Sendable {
    case statement(FetchedStatement)
    case failure(RevocationSourceFailure)

    /// `statement`, or the kind of the failure: a word for metrics.
    var word: String {
        switch self {
        case .statement: "statement"
        case .failure(let failure): failure.cause.kind.rawValue
        }
    }

    /// Until when it may be remembered: for `seconds`, but no longer than a statement speaks that spoke when it came.
    func end(ofMemoryOf seconds: Int64, from now: Timestamp) -> Timestamp {
        let limit = now.adding(seconds: seconds)
        guard case .statement(let statement) = self, let end = statement.end, end >= now else { return limit }
        return min(limit, end)
    }
}
