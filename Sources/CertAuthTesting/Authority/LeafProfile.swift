// SPDX-License-Identifier: Apache-2.0
// What a leaf certificate is for, and the usual ways for it to be unfit.

public import CertAuth

/// A change to a leaf's template, applied before the caller's own.
public struct LeafProfile: Sendable {
    private let change: @Sendable (inout CertificateTemplate, _ now: Timestamp) -> Void

    /// A profile from a change.
    ///
    /// - Parameter change: gets the template with validity, key identifiers and basicConstraints in place, and the
    ///   moment of issue.
    package init(_ change: @escaping @Sendable (inout CertificateTemplate, _ now: Timestamp) -> Void) {
        self.change = change
    }

    /// A TLS client: digitalSignature and clientAuth.
    public static let client = LeafProfile { template, _ in template.use(for: [.clientAuth]) }

    /// A TLS server with its names.
    public static func server(dnsNames: [String], addresses: [String] = []) -> LeafProfile {
        LeafProfile { template, _ in
            template.use(for: [.serverAuth])
            let names = dnsNames.map(GeneralNameTemplate.dns) + addresses.map(GeneralNameTemplate.ip)
            template.extensions.replace(.subjectAlternativeNames(names))
        }
    }

    /// A client whose validity ended an hour ago.
    public static let expired = client.and { template, now in
        template.notBefore = .automatic(now.adding(seconds: -86_400))
        template.notAfter = .automatic(now.adding(seconds: -3_600))
    }

    /// A client whose validity begins in an hour.
    public static let notYetValid = client.and { template, now in
        template.notBefore = .automatic(now.adding(seconds: 3_600))
    }

    /// Meant for servers, presented by a client.
    public static let wrongUsage = client.and { template, _ in template.use(for: [.serverAuth]) }

    /// A client without extKeyUsage, which is allowed for everything.
    public static let withoutExtendedKeyUsage = client.and { template, _ in template.extensions.remove(.extKeyUsage) }

    /// A client with anyExtendedKeyUsage alone.
    public static let anyUsage = client.and { template, _ in template.use(for: [.anyExtendedKeyUsage]) }

    /// A delegated OCSP responder that needs no revocation check of its own.
    public static let ocspResponder = LeafProfile { template, _ in
        template.use(for: [.ocspSigning])
        template.extensions.append(.ocspNoCheck())
    }

    /// This profile with one more change behind it.
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
