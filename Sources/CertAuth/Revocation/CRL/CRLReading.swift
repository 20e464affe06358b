// SPDX-License-Identifier: Apache-2.0

/// What an authentic CRL, updated by its delta CRL, states about a certificate that it covers.
struct CRLReading {
    /// The entry that makes the certificate revoked; nil if it is not listed, or if a delta CRL removes it.
    let revocation: CertificateRevocationList.Entry?
    /// Why the absence of an entry does not show that the certificate is good; nil if it does.
    let objection: RevocationStatus.Cause?
    let evidence: RevocationStatus.Evidence

    /// Evaluates the CRLs.
    ///
    /// - Parameters:
    ///   - signer: the signer of all of them. Their validity ends with its certificate.
    ///   - deltas: authentic delta CRLs of the same issuer, scope and key.
    ///   - doubt: why the absence of an entry does not show that the certificate is good, independent of the CRLs'
    ///     contents; nil for none.
    init(
        base: CertificateRevocationList,
        signer: Certificate,
        deltas: [CertificateRevocationList],
        certificate: Certificate,
        doubt: RevocationStatus.Cause?,
        _ context: ValidationContext
    ) {
        let time = EvidenceTime(context)
        let fitting = deltas.filter { Self.fits($0, base) }
        let usable = fitting.filter { Self.objection(to: $0, time) == nil }
        let delta = usable.max { ($0.number, $0.thisUpdate) < ($1.number, $1.thisUpdate) }
        let listed = base.entry(for: certificate.serialNumber, issuedBy: certificate.issuer)
        let amended = delta?.entry(for: certificate.serialNumber, issuedBy: certificate.issuer)
        // An older or expired delta CRL can still reveal a revocation, unless a newer one removes it.
        let added = fitting.lazy
            .compactMap { $0.entry(for: certificate.serialNumber, issuedBy: certificate.issuer) }
            .first { !$0.isRemoval }
        let isUnderstood = ([base] + fitting).allSatisfy { $0.unknownCriticalExtension == nil }
        let found: CertificateRevocationList.Entry?
        if let amended {
            found = amended.isRemoval ? listed.flatMap { $0.mayBeTakenBack ? nil : $0 } : amended
        } else {
            found = added ?? listed.flatMap { $0.isRemoval ? nil : $0 }
        }
        revocation = isUnderstood ? found : nil
        if found != nil, !isUnderstood {
            objection = .listedUnderCriticalExtension(issuer: DisplayText.escaped(base.issuer.rfc4514))
        } else {
            objection = doubt ?? Self.objection(to: base, time)
        }
        let ends = [base, delta].compactMap { list in
            list.flatMap { time.end(of: $0.thisUpdate, nextUpdate: $0.nextUpdate, lifetime: nil) }
        }
        let signerEnd = context.options.validateValidityPeriod ? [signer.validity.lastMoment] : []
        evidence = RevocationStatus.Evidence(base, delta: delta, usableUntil: (ends + signerEnd).min())
    }

    /// RFC 5280 §5.2.4: the base is not older than the CRL that the delta builds on, and it is older than the delta.
    static func fits(_ delta: CertificateRevocationList, _ base: CertificateRevocationList) -> Bool {
        guard let from = delta.baseNumber, let number = delta.number, let held = base.number else { return false }
        return held >= from && held < number
    }

    static func objection(to list: CertificateRevocationList, _ time: EvidenceTime) -> RevocationStatus.Cause? {
        if let unknown = list.unknownCriticalExtension {
            return .criticalExtension(issuer: DisplayText.escaped(list.issuer.rfc4514), unknown)
        }
        let objection = time.objection(
            issuer: DisplayText.escaped(list.issuer.rfc4514),
            thisUpdate: list.thisUpdate,
            nextUpdate: list.nextUpdate,
            lifetime: nil
        )
        if let objection { return objection }
        if time.profile == .strict, list.hasEmptyEntryList {
            return .malformed(
                source: "the CRL of \(DisplayText.escaped(list.issuer.rfc4514))",
                reason: "its list of entries is empty, expected no list (RFC 5280 §5.1.2.6)"
            )
        }
        // RFC 5280 §5.2.3 requires a number from issuers. Many private CAs omit it, and nextUpdate limits the age of a
        // CRL.
        let needsNumber = time.profile == .strict && time.options.maximumAge == nil
        guard needsNumber, list.number == nil else { return nil }
        return .unnumbered(issuer: DisplayText.escaped(list.issuer.rfc4514))
    }
}

extension CRLReading {
    /// Whether the certificate is on hold by a CRL that has expired.
    var isEndedHold: Bool {
        guard let revocation, revocation.reason == CertificateRevocationList.Entry.holdReason else { return false }
        return objection?.isAboutTime ?? false
    }

    /// Whether the CRL is current and does not list the certificate.
    var showsGoodStatus: Bool { revocation == nil && objection == nil }
}

extension CertificateRevocationList.Entry {
    /// Whether this is a removeFromCRL entry (RFC 5280 §5.3.1).
    var isRemoval: Bool { reason == Int(Self.removalReason) }

    /// Only a hold can be removed. Other revocations are permanent (RFC 5280 §5.3.1).
    var mayBeTakenBack: Bool { reason == Self.holdReason || isRemoval }
}

private func < (left: (CRLNumber?, Timestamp), right: (CRLNumber?, Timestamp)) -> Bool {
    guard let first = left.0, let second = right.0, first != second else { return left.1 < right.1 }
    return first < second
}
