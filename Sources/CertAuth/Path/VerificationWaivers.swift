// SPDX-License-Identifier: Apache-2.0

package import CertAuthOpenSSL

/// The conditions that OpenSSL may report for valid input. Each is waived by name and certificate, after our own check
/// of the same rule has passed.
package enum VerificationWaivers {
    /// The waivers for one path.
    package static func conditions(
        on path: CandidatePath,
        in context: ValidationContext
    ) -> Set<PathVerification.WaivedCondition> {
        var waived: Set<PathVerification.WaivedCondition> = []
        let hasDirectoryConstraints = path.certificates.contains { !$0.directoryConstraints.isEmpty }
        let areConstraintsPlain = path.certificates.allSatisfy { $0.directoryConstraints.allSatisfy(\.isPlain) }
        for (index, certificate, _) in path.positions {
            if !context.options.validateValidityPeriod {
                waived.insert(.init(.expired, depth: index))
                waived.insert(.init(.notYetValid, depth: index))
            } else if context.now.secondsSince1970 == certificate.validity.notAfter.secondsSince1970 {
                // RFC 5280 §4.1.2.5 includes notAfter, OpenSSL does not.
                waived.insert(.init(.expired, depth: index))
            }
            // OpenSSL folds case in directory names for ASCII only.
            let isComparedByOpenSSL = !hasDirectoryConstraints || areConstraintsPlain && hasPlainNames(certificate)
            if !isComparedByOpenSSL || hasNamesOpenSSLMisreads(certificate) {
                waived.insert(.init(.nameConstraints, depth: index))
            }
            // OpenSSL 3.0 refuses anyExtendedKeyUsage alone, and applies Netscape's certificate type in addition to the
            // usages of RFC 5280. Our own usage checks have passed before.
            if certificate.extendedKeyUsage?.contains(.anyExtendedKeyUsage) == true
                || certificate.value(of: .netscapeCertificateType) != nil
            {
                waived.insert(.init(.purpose, depth: index))
            }
        }
        return waived
    }

    private static func hasPlainNames(_ certificate: Certificate) -> Bool {
        certificate.subject.isPlain
            && certificate.subjectAlternativeNames.allSatisfy {
                if case .directory(let name) = $0 { name.isPlain } else { true }
            }
    }

    /// Whether the certificate has names that OpenSSL 3.0 compares contrary to RFC 5280 and RFC 9598. It applies mail
    /// constraints to emailAddress although there are alternative names, treats userinfo as part of a URI's host, and
    /// applies rfc822Name constraints to SmtpUTF8Mailbox in its own way.
    private static func hasNamesOpenSSLMisreads(_ certificate: Certificate) -> Bool {
        let names = certificate.subjectAlternativeNames
        guard !names.isEmpty else { return false }
        if certificate.subject.entries.contains(where: { $0.type == .emailAddress }) { return true }
        return names.contains { name in
            switch name {
            case .uri(let text): text.contains("@")
            case .otherName(let other): other.type == .smtpUTF8Mailbox
            default: false
            }
        }
    }
}

extension Certificate {
    /// The bases of directoryName constraints.
    fileprivate var directoryConstraints: [DistinguishedName] {
        guard let constraints = nameConstraints else { return [] }
        return (constraints.permitted + constraints.excluded).compactMap {
            if case .directory(let name) = $0.base { name } else { nil }
        }
    }
}
