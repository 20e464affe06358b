// SPDX-License-Identifier: Apache-2.0

/// The error for bytes that are not a statement.
struct UnreadableStatement: Error {
    let cause: RevocationStatus.Cause
}

extension RevocationGatherer {
    /// Parses the response of a source.
    func read(_ bytes: [UInt8], key: EvidenceKey, question: OCSPRequest?) throws(UnreadableStatement)
        -> FetchedStatement
    {
        let address = key.source.address
        switch key.source.kind {
        case .revocationList:
            do throws(CertificateError) {
                return .list(try CertificateRevocationList(derEncoded: bytes))
            } catch {
                throw UnreadableStatement(cause: error.cause(source: address, of: bytes))
            }
        case .responder:
            do throws(OCSPResponseError) {
                let response = try OCSPResponse(derEncoded: bytes, answering: question)
                guard sources.nonce == .whenEchoed, response.nonce == nil else { return .response(response) }
                return .response(try OCSPResponse(derEncoded: bytes))
            } catch {
                throw UnreadableStatement(cause: error.cause(source: address, of: bytes))
            }
        }
    }

    /// The statement that the artifact store has under `key`, if it still determines the status for `need`. It is
    /// verified like any other.
    func keptStatement(_ key: EvidenceKey, for need: EvidenceNeed) async -> FetchedStatement? {
        guard let artifacts, store.statement(for: key) == nil, let artifact = await artifacts.artifact(for: key),
            let statement = try? read(artifact.derEncoded, key: key, question: nil)
        else { return nil }
        let now = need.options.clock.now()
        // Only the statement is signed. Other data from the store must neither delay the next fetch, nor let a server
        // confirm an old statement as the latest by the entity tag of another one.
        let arrival = Arrival(
            fetchedAt: min(artifact.fetchedAt, now),
            entityTag: nil,
            freshness: artifact.freshness?.wholeSeconds
        )
        // Stale statements are stored as well: they expose a replayed older CRL.
        let admission = store.admit(statement, for: need, key: key, arrival: arrival, at: now)
        guard admission == .held, need.isSettled(by: statement.evidence, at: now) else { return nil }
        return statement
    }

    /// Stores an admitted statement in the artifact store.
    func keep(_ bytes: [UInt8], arrival: Arrival, key: EvidenceKey) async {
        guard let artifacts else { return }
        let artifact = RevocationArtifact(
            derEncoded: bytes,
            fetchedAt: arrival.fetchedAt,
            entityTag: arrival.entityTag,
            freshness: arrival.freshness.map { .seconds($0) }
        )
        await artifacts.store(artifact, for: key)
    }
}
