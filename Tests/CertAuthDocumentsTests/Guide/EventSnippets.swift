// SPDX-License-Identifier: Apache-2.0
// The Guide's examples of hooks.

import CertAuth

// snippet of Guide.md
/// Where the application keeps its members.
protocol MemberStore: Sendable {
    func role(ofMember email: String) async throws -> String?
}

func memberEvents(_ members: any MemberStore) -> CertificateAuthenticationEvents {
    CertificateAuthenticationEvents(onCertificateValidated: { context in
        for email in context.principal.all(.email) {
            guard let role = try await members.role(ofMember: email) else { continue }
            var principal = context.principal
            principal.identities.append(
                ClaimsIdentity(authenticationType: "Members", claims: [Claim(.role, role, issuer: "Members")])
            )
            return .success(principal)
        }
        return .fail(reason: "no member has an address of this certificate")
    })
}
// end of snippet

/// The Guide's shorter hooks.
enum EventSnippets {
    static func withFailures(report: @escaping @Sendable (String) async -> Void) -> CertificateAuthenticationEvents {
        // snippet of Guide.md
        CertificateAuthenticationEvents(
            onAuthenticationFailed: { context in
                await report("\(context.failure)")
                return .keep
            }
        )
        // end of snippet
    }
}
