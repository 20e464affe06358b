// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// The warnings about one certificate, regardless of its path.
package struct CertificateWarnings: Sendable {
    private let certificate: Certificate
    private let now: Timestamp
    private let isLeaf: Bool

    /// - Parameter isLeaf: whether it issued none of the certificates shown with it.
    package init(_ certificate: Certificate, isLeaf: Bool, now: Timestamp) {
        self.certificate = certificate
        self.isLeaf = isLeaf
        self.now = now
    }

    /// All warnings, one sentence each, without a period.
    package var all: [String] {
        validity + strength + structure + (isAuthority ? authority : client)
    }

    private var isAuthority: Bool { certificate.isCertificateAuthority }

    private var validity: [String] {
        let validity = certificate.validity
        if validity.notBefore > validity.notAfter { return ["notBefore is after notAfter: it is never valid"] }
        if now < validity.notBefore { return ["not yet valid: begins at \(validity.notBefore), now \(now)"] }
        if now > validity.notAfter { return ["expired at \(validity.notAfter), now \(now)"] }
        let days = (validity.notAfter.secondsSince1970 - now.secondsSince1970) / 86_400
        return days < 30 ? ["expires in \(days) days, at \(validity.notAfter)"] : []
    }

    private var strength: [String] {
        var warnings: [String] = []
        switch certificate.publicKey.kind {
        case .rsa(let bits) where bits < 2048, .rsaPSS(let bits) where bits < 2048:
            warnings.append("weak key: RSA with \(bits) bits, expected 2048 or more")
        case .dsa: warnings.append("weak key: DSA, which no current TLS accepts")
        case .explicitEllipticCurve: warnings.append("key on a curve given by explicit parameters, which is refused")
        case .ellipticCurve where certificate.publicKey.bitCount == nil, .other:
            warnings.append("key of an unusual kind: \(certificate.publicKey.summary)")
        default: break
        }
        let algorithm = certificate.signatureAlgorithm.algorithm.readableName
        if ["md5", "sha1", "-SHA1"].contains(where: algorithm.contains) {
            warnings.append("weak signature: \(algorithm)")
        }
        return warnings
    }

    private var structure: [String] {
        var warnings: [String] = []
        if certificate.version != 3 { warnings.append("version \(certificate.version), expected 3") }
        if certificate.serialNumber.isNegative || certificate.serialNumber.isZero {
            warnings.append("serial number \(certificate.serialNumber), expected a positive number")
        }
        if certificate.serialNumber.bytes.count > 20 {
            warnings.append("serial number of \(certificate.serialNumber.bytes.count) octets, at most 20")
        }
        if certificate.innerSignatureAlgorithm != certificate.signatureAlgorithm {
            warnings.append("the signature algorithms inside and outside the signed part differ")
        }
        if certificate.isSelfIssued && !certificate.isSelfSigned {
            warnings.append("names itself as issuer, but its own key did not sign it")
        }
        for entry in certificate.extensions where entry.isCritical && !Self.known.contains(entry.identifier) {
            warnings.append("critical extension \(entry.identifier.readableName), which is not known")
        }
        return warnings
    }

    private var authority: [String] {
        var warnings: [String] = []
        if let usage = certificate.keyUsage, !usage.contains(.keyCertSign) {
            warnings.append("CA whose keyUsage lacks keyCertSign: nothing it issues is accepted")
        }
        if certificate.value(of: .basicConstraints)?.isCritical == false {
            warnings.append("basicConstraints is not critical, which RFC 5280 requires for a CA")
        }
        if isLeaf && !certificate.isSelfSigned {
            warnings.append("a CA certificate that issued none of those shown: right for a CA, not for a client")
        }
        return warnings
    }

    private var client: [String] {
        var warnings: [String] = []
        if certificate.isSelfSigned { warnings.append("self-signed: accepted only if it is pinned") }
        if certificate.subjectAlternativeNames.isEmpty { warnings.append("no subjectAltName") }
        if let purposes = certificate.extendedKeyUsage {
            if !purposes.contains(.clientAuth) && !purposes.contains(.anyExtendedKeyUsage) {
                warnings.append("extKeyUsage lacks clientAuth: not accepted from TLS clients")
            }
        } else {
            warnings.append("no extKeyUsage: every usage is permitted")
        }
        if let usage = certificate.keyUsage, !usage.contains(.digitalSignature) {
            warnings.append("keyUsage lacks digitalSignature: not accepted from TLS clients")
        }
        return warnings
    }

    private static let known: Set<OID> = [
        .subjectKeyIdentifier, .keyUsage, .subjectAltName, .issuerAltName, .basicConstraints, .nameConstraints,
        .cRLDistributionPoints, .certificatePolicies, .policyMappings, .authorityKeyIdentifier, .policyConstraints,
        .extKeyUsage, .freshestCRL, .inhibitAnyPolicy, .authorityInfoAccess, .subjectInfoAccess,
    ]
}
