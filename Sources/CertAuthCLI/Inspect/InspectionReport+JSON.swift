// SPDX-License-Identifier: Apache-2.0
// The report as JSON.

package import CertAuth

extension InspectionReport {
    /// `{"files": [{"path", "objects": [...]}]}`
    package var json: JSONValue {
        [
            "files": .array(
                files.map { ["path": .string($0.path), "objects": .array($0.objects.map(json))] }
            )
        ]
    }

    private func json(_ object: InspectedObject) -> JSONValue {
        switch object {
        case .certificate(let certificate): json(certificate)
        case .revocationList(let list): json(list)
        case .privateKey(let how, let key):
            [
                "kind": "private-key", "detail": .string(how), "key": .optional(key?.summary),
                "spkiSHA256": .optional(key?.sha256),
            ]
        case .details(let details): details.json
        case .other(let label): ["kind": "other", "label": .string(label)]
        case .malformed(let kind, let reason):
            [
                "kind": "malformed", "expected": .string(kind), "reason": .string(reason),
            ]
        }
    }

    private func json(_ certificate: Certificate) -> JSONValue {
        let issuer = forest.certificates.firstIndex(of: certificate).flatMap { forest.issuers[$0] }
        let names: JSONValue = [
            "kind": "certificate",
            "subject": .string(certificate.subject.rfc4514),
            "issuer": .string(certificate.issuer.rfc4514),
            "serial": .string(certificate.serialNumber.hexadecimal),
            "notBefore": .string("\(certificate.validity.notBefore)"),
            "notAfter": .string("\(certificate.validity.notAfter)"),
            "version": .integer(certificate.version),
            "key": .string(certificate.publicKey.summary),
            "signatureAlgorithm": .string(certificate.signatureAlgorithm.algorithm.readableName),
        ]
        return names.appending(thumbprints(certificate)).appending([
            "san": .array(certificate.subjectAlternativeNames.map(\.json)),
            "keyUsage": certificate.keyUsage.map { .strings($0.names) } ?? .null,
            "extendedKeyUsage": certificate.extendedKeyUsage.map { .strings($0.map(\.description)) } ?? .null,
            "isCA": .bool(certificate.isCertificateAuthority),
            "pathLength": .optional(certificate.basicConstraints?.pathLength),
            "isSelfSigned": .bool(certificate.isSelfSigned),
            "policies": .strings(certificate.policies.map(\.description)),
            "ocsp": .strings(certificate.ocspResponders),
            "caIssuers": .strings(certificate.issuerCertificateLocations),
            "crlDistributionPoints": .strings(certificate.crlDistributionPoints.flatMap(\.uris)),
            "extensions": .array(certificate.extensions.map(\.json)),
            "issuedBy": .optional(issuer.map { forest.certificates[$0].sha256Thumbprint.hexadecimal }),
            "warnings": .strings(warnings(certificate)),
        ])
    }

    private func thumbprints(_ certificate: Certificate) -> JSONValue {
        [
            "sha256": .string(certificate.sha256Thumbprint.hexadecimal),
            "sha1": .optional(certificate.thumbprint(.sha1)?.hexadecimal),
            "sha384": .optional(certificate.thumbprint(.sha384)?.hexadecimal),
            "sha512": .optional(certificate.thumbprint(.sha512)?.hexadecimal),
            "spkiSHA256": .optional(certificate.publicKeyHash()?.hexadecimal),
        ]
    }

    private func json(_ list: CertificateRevocationList) -> JSONValue {
        [
            "kind": "crl",
            "issuer": .string(list.issuer.rfc4514),
            "thisUpdate": .string("\(list.thisUpdate)"),
            "nextUpdate": .optional(list.nextUpdate.map { "\($0)" }),
            "sha256": .string(list.fingerprint.hexadecimal),
            "extensions": .array(list.extensions.map(\.json)),
            "entries": .array(
                list.listedEntries.map { serialNumber, entry in
                    [
                        "serial": .string(serialNumber.hexadecimal), "revokedAt": .string("\(entry.revocationDate)"),
                        "reason": .optional(entry.reason.map(RevocationReason.name)),
                    ]
                }
            ),
            "warnings": .strings(warnings(list)),
        ]
    }
}

extension CertificateExtension {
    fileprivate var json: JSONValue {
        [
            "oid": .string(identifier.description), "name": .string(identifier.readableName),
            "critical": .bool(isCritical), "der": .string(Hexadecimal.text(value)),
        ]
    }
}
