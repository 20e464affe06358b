// SPDX-License-Identifier: Apache-2.0

/// What a validated path consists of besides the client's certificate. Equal for most clients of one issuer, so that
/// caches can share it.
final class ValidatedPath: Sendable {
    /// The certificates above the client's own, the anchor last.
    let authorities: [Certificate]
    /// The issuer of the client's certificate, as the certificate names it.
    let clientIssuer: DistinguishedName
    let policies: [OID]
    /// One status for each certificate, the client's own first. The first is nil if it is the client's alone.
    let revocation: [RevocationStatus?]
    /// False for a chain that was accepted on a proxy's statement.
    let isValidated: Bool
    /// A hash of the contents. Comparing it first finds nearly all differences.
    private let contentHash: Int

    init(
        authorities: [Certificate],
        clientIssuer: DistinguishedName,
        policies: [OID],
        revocation: [RevocationStatus?],
        isValidated: Bool
    ) {
        self.authorities = authorities
        // An equal name of the issuer is used instead, to keep one copy.
        let sharedName = authorities.first.map(\.subject).flatMap { $0 == clientIssuer ? $0 : nil }
        self.clientIssuer = sharedName ?? clientIssuer
        self.policies = policies
        self.revocation = revocation
        self.isValidated = isValidated
        var hasher = Hasher()
        hasher.combine(authorities)
        hasher.combine(revocation)
        contentHash = hasher.finalize()
    }

    /// An estimate of its memory in bytes. The decoded authorities count, whether or not other paths share them. Zero
    /// without authorities: then the path is that of one client, and counts with it.
    var estimatedBytes: Int {
        guard !authorities.isEmpty else { return 0 }
        let names = clientIssuer.estimatedBytes + policies.count * 24
        return 512 + names + revocation.count * 512 + authorities.reduce(0) { $0 + $1.estimatedBytes }
    }
}

extension ValidatedPath: Hashable {
    /// Equal if all contents are equal. Certificates are compared by their whole DER.
    static func == (left: ValidatedPath, right: ValidatedPath) -> Bool {
        left === right
            || left.contentHash == right.contentHash && left.authorities == right.authorities
                && left.clientIssuer == right.clientIssuer
                && left.policies == right.policies && left.revocation == right.revocation
                && left.isValidated == right.isValidated
    }

    /// Hashes the authorities and the statuses.
    func hash(into hasher: inout Hasher) { hasher.combine(contentHash) }
}

extension Certificate {
    /// An estimate of the memory of the decoded certificate, including OpenSSL's object. Names and extensions take many
    /// times their encoded size, the rest a few times.
    var estimatedBytes: Int {
        4_096 + 4 * derEncoded.count + 256 * subjectAlternativeNames.count + 256 * extensions.count
            + 256 * (crlDistributionPoints.count + authorityInfoAccess.count + policies.count)
    }
}

extension DistinguishedName {
    /// An estimate of its memory in bytes.
    var estimatedBytes: Int { 256 + 4 * derEncoded.count + 192 * relativeNames.count }
}
