// SPDX-License-Identifier: Apache-2.0
// Extensions that name subjects, issuers and keys.

import CertAuth

extension ExtensionTemplate {
    /// subjectAltName.
    public static func subjectAlternativeNames(
        _ names: [GeneralNameTemplate],
        critical: Bool = false
    ) -> ExtensionTemplate {
        ExtensionTemplate(.subjectAltName, critical: critical, value: DER.sequence(names.map(\.encoded)))
    }

    /// issuerAltName.
    package static func issuerAlternativeNames(
        _ names: [GeneralNameTemplate],
        critical: Bool = false
    ) -> ExtensionTemplate {
        ExtensionTemplate(.issuerAltName, critical: critical, value: DER.sequence(names.map(\.encoded)))
    }

    /// subjectKeyIdentifier.
    public static func subjectKeyIdentifier(_ identifier: [UInt8], critical: Bool = false) -> ExtensionTemplate {
        ExtensionTemplate(.subjectKeyIdentifier, critical: critical, value: DER.octetString(identifier))
    }

    /// authorityKeyIdentifier; nil parts are omitted.
    package static func authorityKeyIdentifier(
        _ identifier: [UInt8]?,
        issuer: NameTemplate? = nil,
        serialNumber: [UInt8]? = nil,
        critical: Bool = false
    ) -> ExtensionTemplate {
        let key = identifier.map { DER.context(0, $0) } ?? []
        let name = issuer.map { DER.constructed(1, [GeneralNameTemplate.directory($0).encoded]) } ?? []
        let serial = serialNumber.map { DER.context(2, $0) } ?? []
        return ExtensionTemplate(.authorityKeyIdentifier, critical: critical, value: DER.sequence([key, name, serial]))
    }
}
