// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// The names of acceptable authorities that a server sends in its CertificateRequest.
///
/// A list that does not fit would fail every handshake that asks for a certificate, so it is refused at start-up.
package struct AuthorityNames {
    /// The DER of each name, in the order in which they are sent.
    let names: [[UInt8]]
    /// The size of the encoded names, each with its two-byte length.
    let byteCount: Int

    /// The maximum number of bytes of names. TLS 1.3 allows 65,535 for all extensions of the message, which include
    /// signature_algorithms (RFC 8446 section 4.3.2). TLS 1.2 allows as many for the names alone (RFC 5246 section
    /// 7.4.4).
    package static let byteLimit = 65_000

    /// Keeps each name once. Names that differ only in their encoding are both kept: some clients compare bytes.
    init(_ names: [[UInt8]]) {
        var seen: Set<[UInt8]> = []
        self.names = names.filter { seen.insert($0).inserted }
        byteCount = seen.reduce(0) { $0 + 2 + $1.count }
    }

    /// The subjects of `certificates`.
    init(of certificates: [Certificate]) { self.init(certificates.map(\.subject.derEncoded)) }

    var fits: Bool { byteCount <= Self.byteLimit }
}

extension TLSServerConfiguration {
    /// The authority names sent to clients of this policy.
    ///
    /// - Throws: `TLSConfigurationError.authorityNamesTooLong`.
    func authorityNames(for policy: String) throws(TLSConfigurationError) -> AuthorityNames {
        guard mode != .none else { return AuthorityNames(of: []) }
        let names = chosenNames
        guard names.fits else {
            throw .authorityNamesTooLong(
                policy: policy,
                count: names.names.count,
                bytes: names.byteCount,
                limit: AuthorityNames.byteLimit
            )
        }
        return names
    }

    /// A finding for each policy that names trust anchors but leaves out intermediates because they do not fit.
    var authorityNameFindings: [ConfigurationFinding] {
        var policies = unnamedClients == .refused && !namedPolicies.isEmpty ? [] : [(nil as String?, self)]
        policies += namedPolicies.map { ($0.name, settings(for: $0)) }
        // The names of policies with equal traits are collected once.
        var texts: [PolicyTraits: String?] = [:]
        return policies.compactMap { name, settings in
            guard settings.mode != .none else { return nil }
            let traits = PolicyTraits(settings)
            let text = texts[traits] ?? settings.omittedIntermediates
            texts[traits] = .some(text)
            guard let text else { return nil }
            return ConfigurationFinding("authority-names-omitted", .warning, text).at(name)
        }
    }

    private var chosenNames: AuthorityNames {
        switch authorityHints {
        case .none: AuthorityNames(of: [])
        case .certificates(let certificates): AuthorityNames(of: certificates)
        case .anchors: AuthorityNames(anchorNames)
        case .anchorsAndIntermediates: namesByDefault.names
        }
    }

    private var omittedIntermediates: String? {
        guard case .anchorsAndIntermediates = authorityHints, case let (names, tooLong?) = namesByDefault, names.fits
        else { return nil }
        return "the names of anchors and intermediates have \(tooLong) bytes, at most "
            + "\(AuthorityNames.byteLimit) can be sent: only anchors are named, and clients without an intermediate "
            + "may find no certificate to send; choose the names with authorityHints"
    }

    /// The names of anchors and intermediates. If they do not fit: those of anchors alone, and the size of all of them.
    private var namesByDefault: (names: AuthorityNames, tooLong: Int?) {
        let anchors = anchorNames
        let intermediates = authenticator?.options.additionalChainCertificates ?? []
        let all = AuthorityNames(anchors.isEmpty ? [] : anchors + intermediates.map(\.subject.derEncoded))
        return all.fits ? (all, nil) : (AuthorityNames(anchors), all.byteCount)
    }

    /// The generation of the trust store whose anchors are named. Nil if no reload changes the names.
    var trustGeneration: UInt64? { namedTrust?.current.generation }

    /// The source of the anchors that are named. Nil if no reload changes the names.
    var namedTrust: TrustSource? {
        guard mode != .none, case .reloadable(let source)? = authenticator?.options.trust else { return nil }
        return switch authorityHints {
        case .none, .certificates: nil
        case .anchors, .anchorsAndIntermediates: source
        }
    }

    /// The names of the trust anchors of clients and proxies. Empty if the clients' anchors are not known: a list without
    /// them would keep clients from sending a certificate.
    private var anchorNames: [[UInt8]] {
        switch authenticator?.options.trust {
        case .custom(let store)?: store.subjects + proxyAuthorities.map(\.subject.derEncoded)
        case .reloadable(let source)?: source.current.subjects + proxyAuthorities.map(\.subject.derEncoded)
        case .system?, .noAnchors?, nil: []
        }
    }
}
