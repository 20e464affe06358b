// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The result of offering a statement to a store.
enum Admission: Sendable, Hashable {
    /// It is stored, and verdicts may be based on it.
    case held
    /// It does not determine the status. Only the current decision may use it, to explain the cause.
    case unsettled
    /// It is older than the stored statement.
    case refused(RevocationStatus.Cause)
}

extension RevocationEvidenceStore {
    /// Stores `statement` if it is an authorized statement for the issuer of `need`.
    @discardableResult
    func admit(
        _ statement: FetchedStatement,
        for need: EvidenceNeed,
        key: EvidenceKey,
        arrival: Arrival,
        at now: Timestamp
    ) -> Admission {
        switch statement {
        case .list(let list): return admit(list, for: need, key: key, arrival: arrival, at: now)
        case .response(let response):
            guard need.isSettled(by: statement.evidence, at: now) else { return .unsettled }
            return admit(response, for: need.reduced(to: statement.evidence, at: now), key: key, arrival: arrival)
        }
    }

    private func admit(
        _ list: CertificateRevocationList,
        for need: EvidenceNeed,
        key: EvidenceKey,
        arrival: Arrival,
        at now: Timestamp
    ) -> Admission {
        let isHeld = state.withLock { state in
            state.common.lists(issuedBy: list.issuer).contains { $0.fingerprint == list.fingerprint }
        }
        if isHeld {
            confirm(key, arrival: arrival)
            return .held
        }
        let issuer = need.issuer
        let isDirect = list.issuer.isSame(as: issuer.subject)
        // The whole path determines whether others may sign for the issuer. The lock is not held meanwhile.
        let isWelcome =
            isDirect ? list.isSigned(by: issuer) : need.isSettled(by: .init(revocationLists: [list]), at: now)
        guard isWelcome else { return .unsettled }
        let kept = isDirect ? need.reduced : need.reduced(to: .init(revocationLists: [list]), at: now)
        let latest = now.adding(seconds: need.options.revocation.clockSkew.wholeSeconds)
        // What is replaced or removed is returned, so that it is released without the lock.
        let (admission, released) = state.withLock { state -> (Admission, Released) in
            var released = Released(state.common)
            do throws(RevocationUpdateRefusal) {
                if isDirect {
                    state.common = try state.common.updated(with: list, signedBy: issuer, latest: latest)
                } else {
                    // The signer was found to be authorized just before.
                    state.common = try state.common.advanced(by: list, latest: latest) {
                        $0.content.sharesAuthorizedSigner(with: list.content)
                    }
                }
            } catch {
                return (.refused(.rolledBack(source: key.source.address, reason: "\(error)")), Released())
            }
            let held = HeldStatement(.list(list), need: kept, arrival: arrival)
            released.statements.append(state.statements.updateValue(held, forKey: key))
            trim(&state, keeping: key, released: &released)
            return (.held, released)
        }
        withExtendedLifetime(released) {}
        if admission == .held { changes.post(nil) }
        return admission
    }

    private func admit(
        _ response: OCSPResponse,
        for need: EvidenceNeed,
        key: EvidenceKey,
        arrival: Arrival
    ) -> Admission {
        let isOfAuthority = need.certificate.basicConstraints?.isCertificateAuthority ?? false
        let (admission, isNew, released) = state.withLock { state -> (Admission, Bool, Released) in
            if case .response(let held) = state.statements[key]?.statement {
                // A replayed response is older. The current decision may use it, but it replaces nothing.
                guard response.producedAt >= held.producedAt, response.isUpToDate(comparedTo: held) else {
                    return (.unsettled, false, Released())
                }
            }
            let previous = state.statements.updateValue(
                HeldStatement(.response(response), need: need, arrival: arrival),
                forKey: key
            )
            var released = Released(state.common)
            released.statements.append(previous)
            if isOfAuthority {
                state.common = state.common.replacing(previous?.response, with: response)
            } else {
                state.responses[key.certificateDigest, default: [:]][key] = response
            }
            trim(&state, keeping: key, released: &released)
            return (.held, previous?.response?.fingerprint != response.fingerprint, released)
        }
        withExtendedLifetime(released) {}
        if isNew { changes.post(isOfAuthority ? nil : key.certificateDigest) }
        return admission
    }

    /// Takes over the contents of another store: everything if this one is empty, otherwise what is newer.
    func takeOver(from former: RevocationEvidenceStore, at now: Timestamp) {
        guard former !== self else { return }
        let (statements, common, responses) = former.state.withLock { ($0.statements, $0.common, $0.responses) }
        guard common.generation != .none || !responses.isEmpty else { return }
        let (wasEmpty, released) = state.withLock { state -> (Bool, Released) in
            guard state.statements.isEmpty, state.common.generation == .none else { return (false, Released()) }
            (state.statements, state.common, state.responses) = (statements, common, responses)
            var released = Released(common)
            trim(&state, released: &released)
            return (true, released)
        }
        withExtendedLifetime(released) {}
        guard !wasEmpty else { return changes.post(nil) }
        for (key, held) in statements {
            if let own = statement(for: key), own.fetchedAt >= held.fetchedAt { continue }
            let arrival = Arrival(fetchedAt: held.fetchedAt, entityTag: held.entityTag, freshness: held.freshness)
            admit(held.statement, for: held.need, key: key, arrival: arrival, at: now)
        }
    }

    /// Removes CRLs that no source offers any more, then the statements that were fetched longest ago, until the limits
    /// are met.
    private func trim(_ state: inout State, keeping key: EvidenceKey? = nil, released: inout Released) {
        var bytes = state.common.listBytes
        guard state.statements.count + state.common.counts.lists > capacity || bytes > maximumListBytes else {
            return
        }
        // CRLs whose source has since offered another one that does not supersede them.
        let named = Set(state.statements.values.compactMap { $0.list?.fingerprint })
        var unnamed = state.common.revocationLists.filter { !named.contains($0.fingerprint) }
            .sorted { $0.thisUpdate > $1.thisUpdate }
        while state.statements.count + unnamed.count > capacity || bytes > maximumListBytes,
            let oldest = unnamed.popLast()
        {
            state.common = state.common.removing(.list(oldest))
            bytes = state.common.listBytes
        }
        while state.statements.count > capacity || bytes > maximumListBytes {
            let isTooLong = bytes > maximumListBytes
            let oldest = state.statements.filter { $0.key != key && (!isTooLong || $0.value.list != nil) }
                .min { $0.value.fetchedAt < $1.value.fetchedAt }
            guard let (key, held) = oldest else { return }
            released.statements.append(state.statements.removeValue(forKey: key))
            state.common = state.common.removing(held.statement)
            state.responses[key.certificateDigest]?[key] = nil
            if state.responses[key.certificateDigest]?.isEmpty ?? false { state.responses[key.certificateDigest] = nil }
            bytes = state.common.listBytes
        }
    }
}

/// What a store no longer needs. It is released without the lock: a statement or a trust store can be large.
private struct Released: Sendable {
    /// The evidence before a change. It may be the last reference to its index.
    var common: [RevocationEvidence] = []
    var statements: [HeldStatement?] = []

    init() {}

    init(_ common: RevocationEvidence) { self.common = [common] }
}

extension OCSPResponse {
    /// Whether `held` contains no newer statement about a certificate than this response.
    fileprivate func isUpToDate(comparedTo held: OCSPResponse) -> Bool {
        let known = Dictionary(held.entries.map { ($0.certificateID, $0.thisUpdate) }, uniquingKeysWith: max)
        return entries.allSatisfy { entry in known[entry.certificateID].map { entry.thisUpdate >= $0 } ?? true }
    }
}

extension HeldStatement {
    fileprivate init(_ statement: FetchedStatement, need: EvidenceNeed, arrival: Arrival) {
        self.init(
            statement: statement,
            need: need.undecoded,
            fetchedAt: arrival.fetchedAt,
            entityTag: arrival.entityTag,
            freshness: arrival.freshness
        )
    }

    fileprivate var list: CertificateRevocationList? { if case .list(let list) = statement { list } else { nil } }
    fileprivate var response: OCSPResponse? { if case .response(let response) = statement { response } else { nil } }
}

extension RevocationEvidence {
    fileprivate func replacing(_ old: OCSPResponse?, with new: OCSPResponse) -> RevocationEvidence {
        changed(removing: old.map { [FetchedStatement.response($0)] } ?? [], adding: [.response(new)])
    }

    fileprivate func removing(_ statement: FetchedStatement) -> RevocationEvidence {
        changed(removing: [statement], adding: [])
    }
}
