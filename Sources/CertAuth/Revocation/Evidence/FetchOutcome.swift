// SPDX-License-Identifier: Apache-2.0

/// A statement that was fetched.
enum FetchedStatement: Sendable {
    case list(CertificateRevocationList)
    case response(OCSPResponse)

    /// When the statement itself expires.
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

/// The result of fetching from one source.
enum FetchOutcome: Sendable {
    case statement(FetchedStatement)
    case failure(RevocationSourceFailure)

    /// `statement`, or the kind of the failure, for metrics.
    var word: String {
        switch self {
        case .statement: "statement"
        case .failure(let failure): failure.cause.kind.rawValue
        }
    }

    /// Until when the result may be cached: for `seconds`, but not beyond the end of a statement that was current when
    /// fetched.
    func end(ofMemoryOf seconds: Int64, from now: Timestamp) -> Timestamp {
        let limit = now.adding(seconds: seconds)
        guard case .statement(let statement) = self, let end = statement.end, end >= now else { return limit }
        return min(limit, end)
    }
}
