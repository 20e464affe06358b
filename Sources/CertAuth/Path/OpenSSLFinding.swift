// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// Converts an OpenSSL verify error to a finding that names the certificate.
struct OpenSSLFinding {
    let path: CandidatePath
    let options: CertificateAuthenticationOptions

    /// The finding: what was found, what was expected and what to do.
    func finding(_ error: VerifyError) -> Finding {
        let index = error.isAboutWholePath ? nil : error.depth
        let certificate = index.flatMap { path.certificates.indices.contains($0) ? path.certificates[$0] : nil }
        let subject = certificate.map { "\($0)" } ?? "the path"
        guard let explanation = error.explanation else {
            let text = "\(subject): refused by OpenSSL with error \(error.code), which is unknown to this version"
            return Finding(Self.code(error.condition), at: index, text)
        }
        let details = details(of: error, on: certificate).map { " (\($0))" } ?? ""
        let text = "\(subject): \(explanation.found)\(details), expected \(explanation.expected); \(explanation.remedy)"
        return Finding(Self.code(error.condition), at: index, text)
    }

    private func details(of error: VerifyError, on certificate: Certificate?) -> String? {
        if error.isAboutCriticalExtension { return certificate.flatMap(Self.criticalExtensions) }
        guard error.isAboutPolicies else { return nil }
        return certificate.map(Self.doubtfulPolicies) ?? demandedPolicies
    }

    /// The identifiers of the unknown critical extensions.
    private static func criticalExtensions(of certificate: Certificate) -> String? {
        let extensions = certificate.extensions
        let found = certificate.handle.unsupportedCriticalExtensions.filter(extensions.indices.contains)
        return found.isEmpty ? nil : found.map { "\(extensions[$0].identifier)" }.joined(separator: ", ")
    }

    /// The policies that occur twice, or all policies if none does.
    private static func doubtfulPolicies(of certificate: Certificate) -> String {
        var seen: Set<OID> = []
        let doubled = certificate.policies.filter { !seen.insert($0).inserted }
        return doubled.isEmpty ? Self.list(certificate.policies) : "\(Self.list(doubled)) twice"
    }

    /// The required policies, who requires them, and the policies of the end-entity certificate.
    private var demandedPolicies: String? {
        guard let leaf = path.certificates.first, let anchor = path.certificates.last else { return nil }
        let found = "the client's certificate has \(Self.list(leaf.policies))"
        let demands = AnchorPolicyDemands(anchor)
        if let asserted = demands.asserted {
            return "the trust anchor \(anchor) is for \(Self.list(asserted.sorted { "\($0)" < "\($1)" })), \(found)"
        }
        let required = options.certificatePolicies.required
        guard required.isEmpty else {
            return "the options require \(Self.list(required.sorted { "\($0)" < "\($1)" })), \(found)"
        }
        let demander = demands.requiresExplicitPolicy(on: path) ? "the trust anchor \(anchor)" : nil
        return "\(demander ?? "the path or the options") requires a policy, \(found)"
    }

    private static func list(_ policies: [OID]) -> String {
        guard !policies.isEmpty else { return "no policy" }
        let shown = policies.prefix(4).map(\.description).joined(separator: ", ")
        return "policy \(shown)" + (policies.count > 4 ? " and \(policies.count - 4) more" : "")
    }

    /// The only mapping from OpenSSL's conditions to our codes.
    private static func code(_ condition: VerifyError.Condition) -> FailureCode {
        switch condition {
        case .noTrustedPath, .badSignature: .badSignature
        case .untrusted: .untrusted
        case .malformed: .malformed
        case .expired: .expired
        case .notYetValid: .notYetValid
        case .wrongUsage: .wrongUsage
        case .notACertificateAuthority: .notACertificateAuthority
        case .pathTooLong: .pathTooLong
        case .nameNotPermitted: .nameNotPermitted
        case .criticalExtension: .criticalExtension
        case .policy: .policy
        case .weakKey: .weakKey
        case .weakSignature: .weakSignature
        case .revoked: .revoked
        case .revocationUnknown: .revocationUnknown
        case .limitExceeded: .limitExceeded
        case .internalFault: .internalError
        case .other: .untrusted
        }
    }
}
