// SPDX-License-Identifier: Apache-2.0
// The parameters of a new PKI, authority or leaf.

import ArgumentParser
package import CertAuth
package import CertAuthTesting

/// `--key`
package enum KeyArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case p256, p384, p521, rsa, rsa3072, rsa4096, ed25519, ed448

    /// The kind of key; `rsa` has 2048 bits.
    package var kind: TestKey.Kind {
        switch self {
        case .p256: .p256
        case .p384: .p384
        case .p521: .p521
        case .rsa: .rsa(bits: 2048)
        case .rsa3072: .rsa(bits: 3072)
        case .rsa4096: .rsa(bits: 4096)
        case .ed25519: .ed25519
        case .ed448: .ed448
        }
    }
}

/// The parameters of a new PKI.
package struct PKISettings: Sendable {
    package var rootName = "CertAuth Development Root"
    package var intermediateName = "CertAuth Development Issuing"
    /// The intermediate's pathLenConstraint.
    package var pathLength = 0
    package var key = KeyArgument.p256
    package var rootDays: Int64 = 3650
    /// The responder's future URL, for instance `http://127.0.0.1:8889`; if nil, certificates name no revocation
    /// source.
    package var responderURL: String?

    package init() {}
}

/// The parameters of a new authority.
package struct AuthorityRequest: Sendable {
    package var name: String
    package var commonName: String
    package var issuer: String
    /// Nil sets no limit.
    package var pathLength: Int? = 0
    package var key = KeyArgument.p256
    package var notBefore: Timestamp?
    package var days: Int64 = 1825

    package init(name: String, commonName: String, issuer: String = DevelopmentPKI.rootName) {
        self.name = name
        self.commonName = commonName
        self.issuer = issuer
    }
}

/// The parameters of a new leaf.
package struct LeafRequest: Sendable {
    package var name: String
    package var commonName: String
    package var issuer = DevelopmentPKI.intermediateName
    package var purposes: [OID] = [.clientAuth]
    package var dnsNames: [String] = []
    package var emails: [String] = []
    package var uris: [String] = []
    package var addresses: [String] = []
    package var userPrincipalNames: [String] = []
    package var key = KeyArgument.p256
    package var notBefore: Timestamp?
    package var days: Int64 = 365

    package init(name: String) {
        self.name = name
        commonName = name
    }

    /// Returns the names for subjectAltName.
    ///
    /// - Throws: an error for a text that is not valid for its kind of name.
    package func alternativeNames() throws(CommandFailure) -> [GeneralNameTemplate] {
        for (flag, texts) in [("--dns", dnsNames), ("--email", emails), ("--uri", uris)] {
            for text in texts where text.isEmpty || !text.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) {
                throw .usage(
                    "\(flag) \(DisplayText.escaped(text)) can't be in a certificate, expected printable ASCII",
                    hint: "write international domain names in their xn-- form"
                )
            }
        }
        for text in dnsNames { try PKINames.checkHost(text) }
        for text in emails { try PKINames.checkMailbox(text, flag: "--email") }
        for text in uris { try PKINames.checkURI(text) }
        for text in userPrincipalNames { try PKINames.checkMailbox(text, flag: "--upn") }
        var names = dnsNames.map(GeneralNameTemplate.dns) + emails.map(GeneralNameTemplate.email)
        names += uris.map(GeneralNameTemplate.uri)
        for text in addresses {
            let name = GeneralNameTemplate.ip(text)
            guard case .address(let octets) = name, !octets.isEmpty else {
                throw .usage("--ip \(DisplayText.escaped(text)) is not an IPv4 or IPv6 address")
            }
            names.append(name)
        }
        return names + userPrincipalNames.map(GeneralNameTemplate.userPrincipalName)
    }
}
