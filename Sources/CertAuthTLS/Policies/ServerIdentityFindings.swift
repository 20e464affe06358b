// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL

/// Findings about one server certificate, its chain and its key file: why clients will refuse the server.
struct ServerIdentityFindings {
    let identity: ServerIdentity
    /// Whether the server has others beside it for the same names.
    private let isAmongSeveral: Bool
    let now: Timestamp
    /// Its anchors and intermediates may include those of the server.
    let authenticator: CertificateAuthenticator?

    /// - Parameter isAmongSeveral: whether the names have several identities. Findings then name the key, too.
    init(
        _ identity: ServerIdentity,
        isAmongSeveral: Bool,
        now: Timestamp,
        authenticator: CertificateAuthenticator?
    ) {
        self.identity = identity
        self.isAmongSeveral = isAmongSeveral
        self.now = now
        self.authenticator = authenticator
    }

    /// All findings.
    ///
    /// - Parameter names: the server names whose clients receive this identity.
    func all(servedAs names: [HostPattern]) -> [ConfigurationFinding] {
        timeFindings + usageFindings + chainFindings + nameFindings(names) + keyFindings + stapleFindings
    }

    /// The usages of servers before serverAuth: Netscape's and Microsoft's Server Gated Crypto, also called step-up.
    private static let legacyUsages: Set<OID> = [
        OID(known: 2, 16, 840, 1, 113730, 4, 1), OID(known: 1, 3, 6, 1, 4, 1, 311, 10, 3, 3),
    ]

    private var leaf: Certificate? { identity.leaf }

    /// The subject. With several identities, which often have one subject, also the kind of the key.
    func name(_ certificate: Certificate) -> String {
        isAmongSeveral && certificate == leaf ? identity.summary : DisplayText.escaped(certificate.subject.rfc4514)
    }

    private var timeFindings: [ConfigurationFinding] {
        var found: [ConfigurationFinding] = []
        for (index, certificate) in identity.chain.enumerated() {
            let validity = certificate.validity
            let what = index == 0 ? "the server's certificate" : "certificate \(index) that the server sends,"
            if now > validity.notAfter {
                let text =
                    "\(what) \(name(certificate)) expired at \(validity.notAfter), now \(now): clients refuse the"
                    + " connection; replace it by a current one"
                found.append(
                    index == 0
                        ? ConfigurationFinding("server-certificate-expired", .error, text)
                        : ConfigurationFinding("server-chain-expired", .warning, text)
                )
            } else if now < validity.notBefore {
                let text =
                    "\(what) \(name(certificate)) is not valid before \(validity.notBefore), now \(now): clients refuse"
                    + " the connection; use the former one until then, or set the clock"
                found.append(ConfigurationFinding("server-certificate-not-yet-valid", .warning, text))
            }
        }
        return found
    }

    private var usageFindings: [ConfigurationFinding] {
        guard let leaf, let purposes = leaf.extendedKeyUsage, !purposes.contains(.serverAuth),
            !purposes.contains(.anyExtendedKeyUsage)
        else { return [] }
        let usages = purposes.map(\.description).joined(separator: ", ")
        guard Self.legacyUsages.isDisjoint(with: purposes) else {
            let text =
                "the server's certificate \(name(leaf)) is for servers only by a usage of the time before 2000"
                + " (extendedKeyUsage \(usages), expected serverAuth \(OID.serverAuth)): most clients refuse the connection;"
                + " use a certificate with serverAuth"
            return [ConfigurationFinding("server-certificate-legacy-usage", .warning, text)]
        }
        let text =
            "the server's certificate \(name(leaf)) is not for servers (extendedKeyUsage \(usages), expected serverAuth"
            + " \(OID.serverAuth)): clients refuse the connection; use a certificate that was issued for a server"
        return [ConfigurationFinding("server-certificate-wrong-usage", .error, text)]
    }

    private var chainFindings: [ConfigurationFinding] {
        let chain = identity.chain
        for (index, issuer) in chain.enumerated().dropFirst() {
            let issued = chain[index - 1]
            guard !precedes(index, in: chain) else { continue }
            let text =
                "certificate \(index) that the server sends (\(name(issuer))) did not issue certificate \(index - 1)"
                + " (\(name(issued))): many clients refuse such a chain; put each issuer directly after the"
                + " certificate that it issued"
            return [ConfigurationFinding("server-chain-order", .warning, text)]
        }
        guard let leaf, chain.count == 1, !leaf.isSelfIssued else { return [] }
        let intermediates = authenticator?.options.additionalChainCertificates ?? []
        let anchors = authenticator?.trustStore?.anchors(named: leaf.issuer) ?? []
        let issuers = anchors + intermediates.filter { isIssuer($0, of: leaf) }
        // A root need not be sent.
        guard !issuers.contains(where: { $0.isSelfSigned && isIssuer($0, of: leaf) }) else { return [] }
        // An unknown issuer may be a root. Roots rarely have an address in the certificates that they issue.
        let isProbable = !issuers.isEmpty || !leaf.issuerCertificateLocations.isEmpty
        let text =
            "the server's certificate \(name(leaf)) is sent alone: clients that do not know its issuer"
            + " \(DisplayText.escaped(leaf.issuer.rfc4514)) refuse the connection; unless that is a root, append its"
            + " certificate to the file, and those above it"
        return [ConfigurationFinding("server-chain-incomplete", isProbable ? .warning : .notice, text)]
    }

    /// Whether the certificate at `index` issued the one before it, or a certificate of the same CA before that.
    ///
    /// A CA that is cross-certified has several certificates with one name and key. They may follow each other, and
    /// then the issuers of each of them.
    private func precedes(_ index: Int, in chain: [Certificate]) -> Bool {
        var last = index - 1
        while last >= 0 {
            if isIssuer(chain[index], of: chain[last]) { return true }
            let isCrossCertified = [index, max(0, last - 1)].contains { isOfOneAuthority(chain[last], chain[$0]) }
            guard last > 0, isCrossCertified else { return false }
            last -= 1
        }
        return false
    }

    private func isOfOneAuthority(_ first: Certificate, _ second: Certificate) -> Bool {
        first.isCertificateAuthority && second.isCertificateAuthority && first.subject.matches(second.subject)
            && first.publicKeyHash() == second.publicKeyHash() && first.publicKeyHash() != nil
    }

    private func isIssuer(_ issuer: Certificate, of certificate: Certificate) -> Bool {
        issuer.subject.matches(certificate.issuer) && certificate.handle.isSigned(by: issuer.handle)
    }

    private func nameFindings(_ patterns: [HostPattern]) -> [ConfigurationFinding] {
        guard let leaf else { return [] }
        let names = CertificateNames(identity)
        guard names.hasAny else {
            let text =
                "the server's certificate \(name(leaf)) has no host name or address in subjectAltName: clients ignore"
                + " the commonName and refuse the connection; use a certificate with the server's names"
            return [ConfigurationFinding("server-certificate-without-names", .warning, text)]
        }
        let missing = patterns.filter { !names.covers($0) }
        guard !missing.isEmpty else { return [] }
        let own = names.all.isEmpty ? "addresses only" : CertificateNames.list(names.all)
        let texts = missing.map { ($0.isWildcard ? "*." : "") + $0.name.text }
        let text =
            "the server's certificate \(name(leaf)) (for \(own)) does not cover \(CertificateNames.list(texts)): clients"
            + " that request such a name refuse the connection; give the name an identity of its own"
        return [ConfigurationFinding("server-name-not-covered", .warning, text)]
    }

    private var keyFindings: [ConfigurationFinding] {
        guard let file = identity.keyFile, file.permissions & 0o006 != 0 else { return [] }
        let mode = String(file.permissions, radix: 8)
        let verb = file.permissions & 0o002 != 0 ? "write to" : "read"
        let path = DisplayText.escaped(file.path)
        let text =
            "every user of this system can \(verb) the private key \(path) (mode \(mode), expected 600 or 640); restrict"
            + " it with: chmod o= \(path)"
        return [ConfigurationFinding("private-key-exposed", .warning, text)]
    }
}
