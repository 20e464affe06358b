// SPDX-License-Identifier: Apache-2.0

/// The exemptions from revocation checks for end-entity certificates. A policy may choose them; none is on by default.
struct RevocationExemption {
    private let options: RevocationOptions

    init(_ context: ValidationContext) { options = context.options.revocation }

    /// Why `certificate` is not checked; nil if it is.
    func reason(for certificate: Certificate) -> RevocationStatus.NotCheckedReason? {
        guard certificate.basicConstraints?.isCertificateAuthority != true else { return nil }
        if options.acceptsNoRevocationAvailable, hasNoRevocationAvailable(certificate) {
            return .noRevocationAvailable
        }
        if let longest = options.shortLivedValidity {
            let validity = certificate.validity
            let length = validity.notAfter.secondsSince1970 - validity.notBefore.secondsSince1970
            if length >= 0, length <= longest.wholeSeconds { return .shortLived }
        }
        return nil
    }

    /// RFC 9608 §4: the extension is present, and no extension names a source.
    private func hasNoRevocationAvailable(_ certificate: Certificate) -> Bool {
        let identifiers = Set(certificate.extensions.map(\.identifier))
        let namesResponder = certificate.authorityInfoAccess.contains { $0.method == .accessOCSP }
        return identifiers.contains(.noRevocationAvailable) && !namesResponder
            && identifiers.isDisjoint(with: [.cRLDistributionPoints, .freshestCRL])
    }
}
