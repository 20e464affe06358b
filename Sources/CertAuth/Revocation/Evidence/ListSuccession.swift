// SPDX-License-Identifier: Apache-2.0
// Which of the lists held, and of those offered, are in force.

/// The lists in force after others were offered.
struct ListSuccession {
    /// For one issuer, scope and kind, the most lists that are kept beside the offered ones.
    private static let mostOfSeries = 8
    /// The most bytes of lists that are kept although they were not offered again.
    private static let mostBytes = 256 << 20
    /// The most lists that are kept after they have ended.
    private static let mostEnded = 64

    private let former: [CertificateRevocationList]
    private let keptBefore: Set<Thumbprint>
    private let now: Timestamp
    /// Lists from a later time supersede none.
    private let latest: Timestamp
    /// The offered lists that are in force.
    private(set) var accepted: [CertificateRevocationList] = []
    /// The lists held before that stay in force beside them.
    private(set) var kept: [CertificateRevocationList] = []
    private(set) var notices: [EvidenceNotice] = []

    init(former: EvidenceSuccession.Holding, now: Timestamp, latest: Timestamp) {
        self.former = former.evidence.revocationLists
        keptBefore = former.kept
        self.now = now
        self.latest = latest
    }

    /// Decides on `offered`.
    mutating func take(_ offered: [CertificateRevocationList]) {
        var seen: Set<Thumbprint> = []
        accepted = offered.filter { list in
            guard seen.insert(list.fingerprint).inserted else { return false }
            guard let held = former.first(where: { isSuperseded(list, by: $0) }) else { return true }
            notices.append(EvidenceNotice(.olderList, held: held, offered: list))
            return false
        }
        let inForce = accepted + former
        let stays = former.filter { held in
            !seen.contains(held.fingerprint) && !inForce.contains { isSuperseded(held, by: $0) }
        }
        for held in stays where !keptBefore.contains(held.fingerprint) { notices.append(notice(of: held, offered)) }
        kept = bounded(stays)
        let remaining = Set(kept.map(\.fingerprint))
        for held in stays where !remaining.contains(held.fingerprint) {
            notices.append(EvidenceNotice(.forgottenList, held: held))
        }
    }

    /// Whether `other` is the later one of two lists of one series and key.
    private func isSuperseded(_ list: CertificateRevocationList, by other: CertificateRevocationList) -> Bool {
        guard other.isOfSeries(of: list), other.order(comparedTo: list) == .newer else { return false }
        return other.thisUpdate <= latest && other.content.sharesAuthorizedSigner(with: list.content)
    }

    private func notice(
        of held: CertificateRevocationList,
        _ offered: [CertificateRevocationList]
    ) -> EvidenceNotice {
        let rivals = offered.filter { $0.isOfSeries(of: held) }
        // It stays because an older one was refused, or because it is the later one of two that can't be compared.
        if let older = rivals.first(where: { held.order(comparedTo: $0) == .newer }) {
            return EvidenceNotice(.olderList, held: held, offered: older)
        }
        guard let rival = rivals.first else { return EvidenceNotice(.omittedList, held: held) }
        let isConfirmed = rival.content.sharesAuthorizedSigner(with: held.content)
        return EvidenceNotice(isConfirmed ? .numbersRestarted : .unconfirmedList, held: held, offered: rival)
    }

    /// The lists of `stays` that the bounds leave room for.
    private func bounded(_ stays: [CertificateRevocationList]) -> [CertificateRevocationList] {
        var series: [[CertificateRevocationList]] = []
        for list in stays {
            if let index = series.firstIndex(where: { $0[0].isOfSeries(of: list) }) {
                series[index].append(list)
            } else {
                series.append([list])
            }
        }
        let chosen = series.flatMap(Self.mostTelling).sorted { first, second in
            let isCurrent = (first: !hasEnded(first), second: !hasEnded(second))
            return isCurrent.first == isCurrent.second
                ? first.thisUpdate > second.thisUpdate : isCurrent.first
        }
        var bytes = 0
        var ended = 0
        return chosen.filter { list in
            ended += hasEnded(list) ? 1 : 0
            bytes += list.derEncoded.count
            return ended <= Self.mostEnded && bytes <= Self.mostBytes
        }
    }

    private func hasEnded(_ list: CertificateRevocationList) -> Bool { list.nextUpdate.map { $0 < now } ?? false }

    /// Those with an authorized signer first, of the others the newest and those held longest: a flood of forged lists
    /// does not displace an authentic one whose signer is not known yet.
    private static func mostTelling(_ series: [CertificateRevocationList]) -> [CertificateRevocationList] {
        guard series.count > mostOfSeries else { return series }
        let confirmed = series.filter { !$0.content.authorizedSigners.isEmpty }.sorted { $0.thisUpdate > $1.thisUpdate }
        let others = series.filter(\.content.authorizedSigners.isEmpty)
        let newest = others.sorted { $0.thisUpdate > $1.thisUpdate }
        var chosen = Array(confirmed.prefix(mostOfSeries / 2))
        var seen = Set(chosen.map(\.fingerprint))
        for list in Array(others.prefix(mostOfSeries / 4)) + newest + Array(confirmed)
        where chosen.count < mostOfSeries && seen.insert(list.fingerprint).inserted {
            chosen.append(list)
        }
        return chosen
    }
}
