// SPDX-License-Identifier: Apache-2.0
// Revocation in a development PKI, and export as PKCS #12.

import CertAuth
package import CertAuthTesting

extension DevelopmentPKI {
    /// Revokes a certificate by name or serial number, and issues a new CRL of its issuer.
    ///
    /// - Returns: the updated entry.
    @discardableResult
    package mutating func revoke(
        _ nameOrSerial: String,
        reason: RevocationReason?
    ) throws(CommandFailure) -> PKIIndex.Entry {
        try change { pki throws(CommandFailure) in try pki.markRevoked(nameOrSerial, reason: reason) }
    }

    /// Issues an authority's CRL with the next number, and updates `crls.pem`, which contains the CRLs of all
    /// authorities.
    package mutating func writeRevocationList(of name: String, days: Int64 = 30) throws(CommandFailure) {
        try change { pki throws(CommandFailure) in try pki.issueRevocationList(of: name, days: days) }
    }

    private mutating func markRevoked(
        _ nameOrSerial: String,
        reason: RevocationReason?
    ) throws(CommandFailure) -> PKIIndex.Entry {
        guard let position = index.position(named: nameOrSerial) ?? index.position(serial: nameOrSerial) else {
            let text = DisplayText.escaped(nameOrSerial)
            throw .usage("no certificate of this PKI has the name or serial number \(text)", hint: "see index.json")
        }
        let entry = index.entries[position]
        if entry.name == nameOrSerial { try checkFile(of: entry) }
        guard entry.issuer != entry.name else {
            throw .usage(
                "\(entry.name) is a root: it has no issuer that could revoke it",
                hint: "stop trusting it instead"
            )
        }
        guard !entry.isRevoked else {
            throw .usage(
                "\(entry.name), serial \(entry.serial), has been revoked since \(entry.revokedAt ?? "")",
                hint: "run certauth pki crl if its issuer's CRL does not contain it"
            )
        }
        index.entries[position].revokedAt = "\(Timestamp(secondsSince1970: clock.now().secondsSince1970))"
        index.entries[position].reason = reason?.rawValue
        try issueRevocationList(of: entry.issuer, days: 30)
        return index.entries[position]
    }

    /// Throws if the file of a name has another certificate than its entry, because a command was interrupted.
    private func checkFile(of entry: PKIIndex.Entry) throws(CommandFailure) {
        let file = try PKIFileNames(entry.name).certificate
        guard folder.exists(file) else { return }
        let serial = Hexadecimal.text(try firstCertificate(file).serialNumber.bytes, uppercased: true)
        guard serial != entry.serial, index.position(serial: serial) != nil else { return }
        throw .usage(
            "\(folder.path(of: file)) has serial \(serial), but the last certificate with this name has serial "
                + "\(entry.serial): a command was interrupted",
            hint: "revoke both by serial number, then issue \(entry.name) again with --force"
        )
    }

    /// Issues the CRL. The caller has the lock.
    mutating func issueRevocationList(of name: String, days: Int64) throws(CommandFailure) {
        let authority = try authority(named: name)
        guard let position = index.position(named: name) else { return }
        let number = (index.entries[position].crlNumber ?? 0) + 1
        let entries = revokedEntries(of: name)
        let now = clock.now()
        let list = try Kit.run {
            try authority.revocationList(entries: entries, number: number) { template in
                template.thisUpdate = .automatic(now)
                template.nextUpdate = .automatic(now.adding(seconds: days * 86_400))
            }
        }
        // The index comes first: what is revoked stays revoked, and no number is used twice.
        index.entries[position].crlNumber = number
        try save()
        try folder.write(try Kit.run { try list.pem() }, as: try PKIFileNames(name).revocationList)
        var all = ""
        for authority in index.authorities {
            let file = try PKIFileNames(authority.name).revocationList
            if folder.exists(file) { all += try folder.text(file) }
        }
        try folder.write(all, as: "crls.pem")
    }

    /// Writes key, certificate and issuers as a PKCS #12 file.
    ///
    /// - Parameter legacy: uses triple DES and SHA-1, for importing programs without AES support.
    /// - Returns: the path of the file.
    package mutating func writePKCS12(
        _ name: String,
        password: String,
        legacy: Bool,
        replacing: Bool
    ) throws(CommandFailure) -> String {
        try change { pki throws(CommandFailure) in
            try pki.exportPKCS12(name, password: password, legacy: legacy, replacing: replacing)
        }
    }

    private func exportPKCS12(
        _ name: String,
        password: String,
        legacy: Bool,
        replacing: Bool
    ) throws(CommandFailure) -> String {
        guard let position = index.position(named: name) else {
            throw .usage("no certificate of this PKI has the name \(DisplayText.escaped(name))")
        }
        let files = try PKIFileNames(name)
        guard replacing || !folder.exists(files.pkcs12) else {
            throw .usage("\(folder.path(of: files.pkcs12)): exists", hint: "give --force to replace it")
        }
        let identity = try identity(of: index.entries[position])
        let bytes = try Kit.run { try identity.pkcs12(password: password, friendlyName: name, legacy: legacy) }
        try folder.write(bytes, as: files.pkcs12)
        return folder.path(of: files.pkcs12)
    }

    /// Returns the key and chain of an entry from the folder.
    package func identity(of entry: PKIIndex.Entry) throws(CommandFailure) -> TestIdentity {
        guard entry.kind == .leaf else { return try authority(named: entry.name).identity }
        let files = try PKIFileNames(entry.name)
        let key = try Kit.run { try TestKey(pem: try folder.text(files.key)) }
        let certificate = try firstCertificate(files.certificate)
        let issuer = try authority(named: entry.issuer)
        return TestIdentity(
            certificateDER: certificate.derEncoded,
            key: key,
            issuers: issuer.chainBelowRoot,
            anchorDER: issuer.anchorDER,
            serialNumber: certificate.serialNumber.bytes
        )
    }

    private func revokedEntries(of name: String) -> [RevocationListTemplate.Entry] {
        index.entries.filter { $0.issuer == name && $0.name != name }.compactMap { entry in
            guard let text = entry.revokedAt, let date = Timestamp(iso8601: text),
                let serial = Hexadecimal.bytes(entry.serial)
            else { return nil }
            let reason = entry.reason.flatMap(RevocationReason.init(rawValue:))?.code
            return RevocationListTemplate.Entry(serialNumber: serial, revocationDate: date, reason: reason)
        }
    }
}
