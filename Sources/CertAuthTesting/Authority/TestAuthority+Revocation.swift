// SPDX-License-Identifier: Apache-2.0
// Issues CRLs.

import CertAuth

extension TestAuthority {
    /// Issues a complete CRL that revokes `identities`, with thisUpdate an hour ago and nextUpdate in a week.
    ///
    /// - Parameters:
    ///   - reason: the reasonCode of all entries; nil omits it.
    ///   - number: the cRLNumber.
    ///   - customize: changes any field before the CRL is signed.
    public func revocationList(
        revoked identities: [TestIdentity] = [],
        reason: Int? = nil,
        number: Int = 1,
        _ customize: (inout RevocationListTemplate) throws -> Void = { _ in }
    ) throws -> TestRevocationList {
        let date = clock.now().adding(seconds: -Lifetime.lead)
        let entries = identities.map {
            RevocationListTemplate.Entry(serialNumber: $0.serialNumber, revocationDate: date, reason: reason)
        }
        return try revocationList(entries: entries, number: number, customize)
    }

    /// Issues a complete CRL with the given entries, with thisUpdate an hour ago and nextUpdate in a week.
    public func revocationList(
        entries: [RevocationListTemplate.Entry],
        number: Int = 1,
        _ customize: (inout RevocationListTemplate) throws -> Void = { _ in }
    ) throws -> TestRevocationList {
        let now = clock.now()
        var template = RevocationListTemplate(
            issuer: subject,
            thisUpdate: now.adding(seconds: -Lifetime.lead),
            nextUpdate: now.adding(seconds: Lifetime.revocationList)
        )
        template.entries = entries
        template.extensions = [.authorityKeyIdentifier(keyIdentifier), .crlNumber(number)]
        try customize(&template)
        return TestRevocationList(derEncoded: try template.signed(by: key))
    }
}
