// SPDX-License-Identifier: Apache-2.0

/// Determines which CRLs are in force after others were offered.
struct ListSuccession {
    /// The maximum number of CRLs of one issuer, scope and kind that are kept in addition to the offered ones.
    private static let mostOfSeries = 8
    /// The limits on CRLs that are kept although they were not offered again.
    private struct Share {
        static let confirmed = Share(lists: .max, bytes: 256 << 20, ended: 64)
        static let unconfirmed = Share(lists: 256, bytes: 64 << 20, ended: 32)

        var lists: Int
        var bytes: Int
        var ended: Int
    }

    /// The former CRLs, in the order in which they arrived.
    private let former: [CertificateRevocationList]
    private let keptBefore: Set<Thumbprint>
    private let now: Timestamp
    /// CRLs after this time supersede no other.
    private let latest: Timestamp
    /// The offered CRLs that are in force.
    private(set) var accepted: [CertificateRevocationList] = []
    /// The former CRLs that stay in force in addition.
    private(set) var kept: [CertificateRevocationList] = []
    /// All CRLs in force: the former ones in the order in which they arrived, then the new ones.
    var inForce: [CertificateRevocationList] {
        let current = Dictionary((kept + accepted).map { ($0.fingerprint, $0) }, uniquingKeysWith: { $1 })
        let known = Set(former.map(\.fingerprint))
        return former.compactMap { current[$0.fingerprint] } + accepted.filter { !known.contains($0.fingerprint) }
    }
    private(set) var notices: [EvidenceNotice] = []

    init(former: EvidenceSuccession.Holding, now: Timestamp, latest: Timestamp) {
        self.former = former.evidence.revocationLists
        keptBefore = former.kept
        self.now = now
        self.latest = latest
    }

    /// Determines which of `offered` are accepted, and which former CRLs are kept.
    mutating func take(_ offered: [CertificateRevocationList]) {
        var seen: Set<Thumbprint> = []
        let formerSeries = Self.bySeries(former)
        accepted = offered.filter { list in
            guard seen.insert(list.fingerprint).inserted else { return false }
            let rivals = formerSeries[CertificateRevocationList.Series(of: list)] ?? []
            guard let held = rivals.first(where: { isSuperseded(list, by: $0) }) else { return true }
            notices.append(EvidenceNotice(.olderList, held: held, offered: list))
            return false
        }
        let inForce = Self.bySeries(accepted + former)
        let stays = former.filter { held in
            guard !seen.contains(held.fingerprint) else { return false }
            let rivals = inForce[CertificateRevocationList.Series(of: held)] ?? []
            return !rivals.contains { isSuperseded(held, by: $0) }
        }
        let offeredSeries = Self.bySeries(offered)
        for held in stays where !keptBefore.contains(held.fingerprint) {
            notices.append(notice(of: held, offeredSeries[CertificateRevocationList.Series(of: held)] ?? []))
        }
        kept = bounded(stays)
        let remaining = Set(kept.map(\.fingerprint))
        for held in stays where !remaining.contains(held.fingerprint) {
            notices.append(EvidenceNotice(.forgottenList, held: held))
        }
    }

    /// Whether `other` is the later one of two CRLs of one series and key.
    private func isSuperseded(_ list: CertificateRevocationList, by other: CertificateRevocationList) -> Bool {
        guard other.isOfSeries(of: list), other.order(comparedTo: list) == .newer else { return false }
        return other.thisUpdate <= latest && other.content.sharesAuthorizedSigner(with: list.content)
    }

    /// - Parameter rivals: the offered CRLs of the same series.
    private func notice(
        of held: CertificateRevocationList,
        _ rivals: [CertificateRevocationList]
    ) -> EvidenceNotice {
        // It stays because an older one was refused, or because it is the later one of two that cannot be compared.
        if let older = rivals.first(where: { held.order(comparedTo: $0) == .newer }) {
            return EvidenceNotice(.olderList, held: held, offered: older)
        }
        guard let rival = rivals.first else { return EvidenceNotice(.omittedList, held: held) }
        let isConfirmed = rival.content.sharesAuthorizedSigner(with: held.content)
        return EvidenceNotice(isConfirmed ? .numbersRestarted : .unconfirmedList, held: held, offered: rival)
    }

    /// The CRLs of `stays` that are within the limits, in the order in which they arrived.
    ///
    /// Only CRLs of authorized signers compete with each other. All others have limits of their own.
    private func bounded(_ stays: [CertificateRevocationList]) -> [CertificateRevocationList] {
        let confirmed = stays.filter(\.isConfirmed)
        let current = Self.series(confirmed).flatMap { Self.newest(of: $0).prefix(Self.mostOfSeries) }
            .sorted { first, second in
                let isCurrent = (first: !hasEnded(first), second: !hasEnded(second))
                return isCurrent.first == isCurrent.second
                    ? first.thisUpdate > second.thisUpdate : isCurrent.first
            }
        let others = Set(
            Self.series(stays.filter { !$0.isConfirmed }).flatMap(Self.mostInformative).map(\.fingerprint)
        )
        let unconfirmed = stays.filter { others.contains($0.fingerprint) }
        let chosen =
            within(.confirmed, current).map(\.fingerprint) + within(.unconfirmed, unconfirmed).map(\.fingerprint)
        let remaining = Set(chosen)
        return stays.filter { remaining.contains($0.fingerprint) }
    }

    private func within(_ share: Share, _ lists: [CertificateRevocationList]) -> [CertificateRevocationList] {
        var used = Share(lists: 0, bytes: 0, ended: 0)
        return lists.filter { list in
            let next = Share(
                lists: used.lists + 1,
                bytes: used.bytes + list.derEncoded.count,
                ended: used.ended + (hasEnded(list) ? 1 : 0)
            )
            guard next.lists <= share.lists, next.bytes <= share.bytes, next.ended <= share.ended else { return false }
            used = next
            return true
        }
    }

    private func hasEnded(_ list: CertificateRevocationList) -> Bool { list.nextUpdate.map { $0 < now } ?? false }

    private static func bySeries(
        _ lists: [CertificateRevocationList]
    ) -> [CertificateRevocationList.Series: [CertificateRevocationList]] {
        Dictionary(grouping: lists, by: CertificateRevocationList.Series.init)
    }

    /// Groups the CRLs by series, in the order of the first CRL of each.
    private static func series(_ lists: [CertificateRevocationList]) -> [[CertificateRevocationList]] {
        var numbers = NumberedSet<CertificateRevocationList.Series>()
        var series: [[CertificateRevocationList]] = []
        for list in lists {
            let (number, isNew) = numbers.insert(CertificateRevocationList.Series(of: list))
            if isNew { series.append([]) }
            series[number].append(list)
        }
        return series
    }

    private static func newest(of series: [CertificateRevocationList]) -> [CertificateRevocationList] {
        series.sorted { $0.thisUpdate > $1.thisUpdate }
    }

    /// Of CRLs without a known signer, those kept longest, then the newest. So many forged CRLs do not displace an
    /// earlier authentic one whose signer is not known yet.
    private static func mostInformative(_ series: [CertificateRevocationList]) -> [CertificateRevocationList] {
        let longest = series.prefix(mostOfSeries / 2)
        let others = newest(of: Array(series.dropFirst(mostOfSeries / 2)))
        return Array(longest) + others.prefix(mostOfSeries / 2)
    }
}

extension CertificateRevocationList {
    /// Whether the key of a known authorized signer verifies the CRL.
    var isConfirmed: Bool { !content.authorizedSigners.isEmpty }
}
