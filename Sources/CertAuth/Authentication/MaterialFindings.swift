// SPDX-License-Identifier: Apache-2.0

/// Findings about trust anchors and CRLs: anchors that cannot admit a client, and CRLs that are not about any
/// client's certificate.
struct MaterialFindings {
    /// More anchors than this are not examined, because each must be decoded.
    static let anchorLimit = 64
    /// The signatures of more CRLs than this, and of larger ones, are not verified.
    static let listLimit = 64
    static let listSizeLimit = 1 << 20

    private let options: CertificateAuthenticationOptions
    private let trust: TrustStore?
    private let lists: [CertificateRevocationList]
    private let now: Timestamp

    init(_ options: CertificateAuthenticationOptions, trust: TrustStore?, evidence: RevocationEvidence) {
        self.options = options
        self.trust = trust
        lists = evidence.revocationLists
        now = options.clock.now()
    }

    var all: [ConfigurationFinding] { anchorFindings + (checksRevocation ? ageFindings + issuerFindings : []) }

    private var checksRevocation: Bool {
        options.revocationMode != .noCheck && options.allowedCertificateTypes.contains(.chained)
    }

    /// The operator's own anchors; the system's roots are not examined.
    private var ownAnchors: [Certificate] {
        if case .system = options.trust { return [] }
        guard let trust, trust.count <= Self.anchorLimit else { return [] }
        return trust.anchors
    }

    private var anchorFindings: [ConfigurationFinding] {
        let anchors = ownAnchors
        var found: [ConfigurationFinding] = []
        let others = anchors.filter { !$0.mayIssue }
        if !others.isEmpty {
            let text =
                "\(Self.names(others.map(\.subject))): a trust anchor, but not a CA certificate: no certificate that it issued"
                + " is accepted; give the certificate of the CA that issues to clients"
            found.append(ConfigurationFinding("anchor-not-authority", .warning, text))
        }
        guard options.validateValidityPeriod else { return found }
        let ended = anchors.filter { $0.validity.notAfter < now }
        if !ended.isEmpty {
            let text =
                "\(Self.names(ended.map(\.subject))): trust anchor expired (now \(now)): clients below it are refused;"
                + " give the authority's current certificate"
            found.append(ConfigurationFinding("anchor-expired", .warning, text))
        }
        return found
    }

    /// CRLs that are not current, unless a current one of the same issuer and kind is given.
    private var ageFindings: [ConfigurationFinding] {
        let skew = options.revocation.clockSkew.wholeSeconds
        func isEarly(_ list: CertificateRevocationList) -> Bool { list.thisUpdate > now.adding(seconds: skew) }
        func isStale(_ list: CertificateRevocationList) -> Bool { list.nextUpdate.map { $0 < now } ?? false }
        var current: [Bool: Set<[UInt8]>] = [:]
        for list in lists where !isEarly(list) && !isStale(list) {
            current[list.isDelta, default: []].insert(list.issuer.canonical)
        }
        let others = lists.filter { current[$0.isDelta]?.contains($0.issuer.canonical) != true }
        var found: [ConfigurationFinding] = []
        let stale = others.filter(isStale)
        if !stale.isEmpty {
            let ends = stale.compactMap(\.nextUpdate).max().map { "\($0)" } ?? ""
            let text =
                "the CRL of \(Self.names(stale.map(\.issuer))) is stale (nextUpdate \(ends), now \(now)): it does not show"
                + " that a certificate is good; give the authority's current CRL"
            found.append(ConfigurationFinding("crl-stale", .warning, text))
        }
        let early = others.filter(isEarly)
        if !early.isEmpty {
            let text =
                "the CRL of \(Self.names(early.map(\.issuer))) is from the future, now \(now): it does not show that a"
                + " certificate is good; check the clocks of the server and of the authority"
            found.append(ConfigurationFinding("crl-not-yet-valid", .warning, text))
        }
        return found
    }

    /// CRLs that no trusted authority has signed. An authority that only clients present is not known here, so a CRL
    /// whose issuer is unknown is reported only if no CRL has a known issuer.
    private var issuerFindings: [ConfigurationFinding] {
        guard let trust, !lists.isEmpty, lists.count <= Self.listLimit,
            lists.allSatisfy({ $0.derEncoded.count <= Self.listSizeLimit })
        else { return [] }
        if case .system = options.trust { return [] }
        var foreign: [DistinguishedName] = []
        var unknown: [DistinguishedName] = []
        for list in lists {
            let authorities = (trust.anchors(perhapsNamed: list.issuer) + options.additionalChainCertificates)
                .filter { $0.subject.matches(list.issuer) }
            if authorities.isEmpty {
                unknown.append(list.issuer)
            } else if !authorities.contains(where: { list.isSigned(by: $0) }) {
                foreign.append(list.issuer)
            }
        }
        var found: [ConfigurationFinding] = []
        if !foreign.isEmpty {
            let text =
                "the CRL of \(Self.names(foreign)) is not signed by the trusted authority of this name: it is of another CA"
                + " with the same name, and is not used; give the CRL of the trusted CA"
            found.append(ConfigurationFinding("crl-of-another-authority", .warning, text))
        } else if unknown.count == lists.count {
            let text =
                "no CRL is of a trust anchor or of a configured intermediate, found those of \(Self.names(unknown)): they"
                + " apply only to authorities that clients present; give the CRLs of the trusted CAs"
            found.append(ConfigurationFinding("crl-of-another-authority", .warning, text))
        }
        return found
    }

    /// At most three names, and the number of the others. Safe to print.
    private static func names(_ all: [DistinguishedName]) -> String {
        let shown = all.prefix(3).map { DisplayText.escaped($0.rfc4514) }.joined(separator: ", ")
        return all.count > 3 ? "\(shown) and \(all.count - 3) more" : shown
    }
}

extension Certificate {
    /// Whether certificates issued by this one can be accepted if it is an anchor. Roots of version 1 have no
    /// extensions.
    fileprivate var mayIssue: Bool {
        if let usage = keyUsage, !usage.contains(.keyCertSign) { return false }
        guard let constraints = basicConstraints else { return isSelfIssued }
        return constraints.isCertificateAuthority
    }
}
