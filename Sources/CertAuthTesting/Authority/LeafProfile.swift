// SPDX-License-Identifier: Apache-2.0

public import CertAuth

/// The purpose or defect of a leaf certificate: a change to its template that is applied before the caller's own
/// changes.
public struct LeafProfile: Sendable {
    private let change: @Sendable (inout CertificateTemplate, _ now: Timestamp) -> Void

    /// Creates a profile from a change.
    ///
    /// - Parameter change: receives the template, with validity, key identifiers and basicConstraints set, and the time
    ///   of issuance.
    public init(_ change: @escaping @Sendable (inout CertificateTemplate, _ now: Timestamp) -> Void) {
        self.change = change
    }

    /// A TLS client certificate: digitalSignature and clientAuth.
    public static let client = LeafProfile { template, _ in template.use(for: [.clientAuth]) }

    /// A TLS server certificate with its names: digitalSignature and serverAuth.
    public static func server(dnsNames: [String], addresses: [String] = []) -> LeafProfile {
        LeafProfile { template, _ in
            template.use(for: [.serverAuth])
            let names = dnsNames.map(GeneralNameTemplate.dns) + addresses.map(GeneralNameTemplate.ip)
            template.extensions.replace(.subjectAlternativeNames(names))
        }
    }

    /// A client certificate whose validity ended an hour ago.
    public static let expired = client.and { template, now in
        template.notBefore = .automatic(now.adding(seconds: -86_400))
        template.notAfter = .automatic(now.adding(seconds: -3_600))
    }

    /// A client certificate whose validity begins in an hour.
    public static let notYetValid = client.and { template, now in
        template.notBefore = .automatic(now.adding(seconds: 3_600))
    }

    /// A certificate for servers that a client presents: serverAuth instead of clientAuth.
    public static let wrongUsage = client.and { template, _ in template.use(for: [.serverAuth]) }

    /// A client certificate without extKeyUsage, which allows every purpose.
    public static let withoutExtendedKeyUsage = client.and { template, _ in template.extensions.remove(.extKeyUsage) }

    /// A client certificate with only anyExtendedKeyUsage.
    public static let anyUsage = client.and { template, _ in template.use(for: [.anyExtendedKeyUsage]) }

    /// A delegated OCSP responder's certificate, with id-pkix-ocsp-nocheck.
    public static let ocspResponder = LeafProfile { template, _ in
        template.use(for: [.ocspSigning])
        template.extensions.append(.ocspNoCheck())
    }

    /// Returns this profile with a further change.
    public func and(_ next: @escaping @Sendable (inout CertificateTemplate, _ now: Timestamp) -> Void) -> LeafProfile {
        LeafProfile { template, now in
            change(&template, now)
            next(&template, now)
        }
    }

    func apply(to template: inout CertificateTemplate, now: Timestamp) { change(&template, now) }
}

extension CertificateTemplate {
    fileprivate mutating func use(for purposes: [OID]) {
        extensions.replace(.keyUsage([.digitalSignature]))
        extensions.replace(.extendedKeyUsage(purposes))
    }
}
