// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// Authenticated clients as JSON.
package enum ClientJSON {
    /// Returns the client with everything that the decision is based on.
    package static func whoAmI(_ client: AuthenticatedClient) -> JSONValue {
        let certificate = client.certificate
        return [
            "name": .optional(client.principal.name),
            "subject": .string(certificate.subject.rfc4514),
            "issuer": .string(certificate.issuer.rfc4514),
            "serial": .string(certificate.serialNumber.hexadecimal),
            "sha256": .string(certificate.sha256Thumbprint.hexadecimal),
            "notBefore": .string("\(certificate.validity.notBefore)"),
            "notAfter": .string("\(certificate.validity.notAfter)"),
            "san": .array(certificate.subjectAlternativeNames.map(\.json)),
            "claims": .array(
                client.principal.claims.map { ["type": .string($0.type.rawValue), "value": .string($0.value)] }
            ),
            "chain": .strings(client.chain.certificates.map(\.sha256Thumbprint.hexadecimal)),
            "revocation": .array(client.chain.revocation.map(\.json)),
            "validUntil": .optional(client.validUntil?.description),
            "scheme": .string(client.schemeName),
            "tls": .optional(client.facts.tlsVersion?.rawValue),
            "sni": .optional(client.facts.serverName),
        ]
    }

    /// Returns the client's subject, or why the client is anonymous.
    package static func publicPage(_ result: AuthenticationResult?) -> JSONValue {
        guard let client = result?.client else {
            return ["client": "anonymous", "code": .optional(result?.refusalCode?.rawValue)]
        }
        return ["client": .string(client.certificate.subject.rfc4514), "code": .null]
    }
}
