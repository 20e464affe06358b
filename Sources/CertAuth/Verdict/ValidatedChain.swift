// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A path that passed every check, OpenSSL's verification and the revocation checks. Only the engine creates it.
public struct ValidatedChain: Sendable, Hashable {
    /// A reference to the contents, so that verdicts are cheap to copy at every request.
    private final class Storage: Sendable {
        let path: ValidatedPath
        let own: ClientStatus?
        let validUntil: Timestamp?
        let leaf: Leaf
        /// The leaf of a cached verdict, once it has been used.
        private let usedLeaf = AtomicLazyReference<CertificateStorage>()

        init(_ path: ValidatedPath, own: ClientStatus?, validUntil: Timestamp?, leaf: Leaf) {
            self.path = path
            self.own = own
            self.validUntil = validUntil
            self.leaf = leaf
        }

        var certificate: Certificate {
            switch leaf {
            case .certificate(let certificate): return certificate
            case .presented(let derEncoded, let digest, _):
                if let known = usedLeaf.load() { return Certificate(known) }
                let sha256 = Thumbprint(algorithm: .sha256, bytes: Array(digest))
                return Certificate(
                    usedLeaf.storeIfNil(CertificateStorage(undecoded: derEncoded, sha256: sha256))
                )
            }
        }
    }

    /// The client's certificate.
    enum Leaf: Sendable {
        case certificate(Certificate)
        /// The presented bytes of a client whose verdict was cached, and their digest. They are decoded at the first
        /// use.
        case presented(derEncoded: [UInt8], sha256: ArraySlice<UInt8>, notAfter: Timestamp)
    }

    private let storage: Storage

    /// The client's certificate first, the anchor last.
    public var certificates: [Certificate] { [leaf] + storage.path.authorities }
    /// The certificate policies that the path is valid for, including anyPolicy.
    public var policies: [OID] { storage.path.policies }
    /// One status for each certificate, in the same order.
    public var revocation: [RevocationStatus] { storage.path.revocation.compactMap { $0 ?? storage.own?.status } }
    /// The last moment at which the verdict is valid: the earliest notAfter and nextUpdate that it depends on; nil for
    /// no limit.
    public var validUntil: Timestamp? { storage.validUntil }
    /// The client's certificate, whose key was proven.
    public var leaf: Certificate { storage.certificate }
    /// The end of the validity period of the client's certificate. Nothing is decoded for it.
    package var leafNotAfter: Timestamp {
        switch storage.leaf {
        case .certificate(let certificate): certificate.validity.notAfter
        case .presented(_, _, let notAfter): notAfter
        }
    }
    /// The paths that were tried, this one last.
    package var trace: ValidationTrace {
        var trace = storage.own?.failedAttempts ?? .empty
        trace.record(attempt(findings: []))
        if endsAtAnchor { trace.signaturesDidVerify() }
        return trace
    }
    /// False for a chain that was accepted on a proxy's statement (`insecurelyAuthenticate(trusting:)`). Then it was
    /// not verified that its certificates issued each other.
    package var isValidated: Bool { storage.path.isValidated }

    package init(
        leaf: Certificate,
        path: CandidatePath,
        policies: [OID],
        revocation: [RevocationStatus],
        validUntil: Timestamp?,
        failedAttempts: ValidationTrace = .empty,
        isValidated: Bool = true
    ) {
        let isOwn = revocation.first.map { !$0.isCommon } ?? false
        let shared = ValidatedPath(
            authorities: Array(path.certificates.dropFirst()),
            clientIssuer: leaf.issuer,
            policies: policies,
            revocation: revocation.enumerated().map { isOwn && $0.offset == 0 ? nil : $0.element },
            isValidated: isValidated
        )
        let own = ClientStatus(status: isOwn ? revocation.first : nil, failedAttempts: failedAttempts)
        self.init(shared, own: own, validUntil: validUntil, leaf: .certificate(leaf))
    }

    init(_ path: ValidatedPath, own: ClientStatus?, validUntil: Timestamp?, leaf: Leaf) {
        storage = Storage(path, own: own, validUntil: validUntil, leaf: leaf)
    }

    /// What other clients may share.
    var path: ValidatedPath { storage.path }
    /// What concerns this client alone; nil if there is nothing.
    var own: ClientStatus? { storage.own }

    /// Compares all contents.
    public static func == (left: ValidatedChain, right: ValidatedChain) -> Bool {
        left.storage === right.storage
            || left.leaf == right.leaf && left.path == right.path && left.own == right.own
                && left.validUntil == right.validUntil
    }

    /// Hashes the certificates and the end.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(leaf)
        hasher.combine(path)
        hasher.combine(validUntil)
    }

    /// The last certificate of the path.
    public var anchor: Certificate { path.authorities.last ?? leaf }

    /// The issuer of the client's certificate; nil for a path of one certificate, and for a chain that was not
    /// validated.
    package var issuer: Certificate? { authorities.first }

    /// The certificates above the client's own, the anchor last; empty for a chain that was not validated.
    public var authorities: [Certificate] { isValidated ? path.authorities : [] }

    /// The refusal of a client with a valid path. Its trace tells the log which client it is.
    package func refusal(_ finding: Finding) -> AuthenticationFailure {
        var trace = ValidationTrace()
        trace.record(attempt(findings: [finding]))
        if endsAtAnchor { trace.signaturesDidVerify() }
        return AuthenticationFailure(finding, trace: trace)
    }

    /// Whether no other path was tried before this one, which ends at an anchor.
    package var isFirstPath: Bool { endsAtAnchor && own?.failedAttempts.count ?? 0 == 0 }

    private var endsAtAnchor: Bool { isValidated && !path.revocation.contains(.notChecked(.selfSigned)) }

    /// Created on demand: it is rarely needed, and making its texts costs more than some checks.
    private func attempt(findings: [Finding]) -> PathAttempt {
        PathAttempt(
            certificates: TracedCertificate.path(certificates),
            endsAtAnchor: endsAtAnchor,
            findings: findings
        )
    }
}
