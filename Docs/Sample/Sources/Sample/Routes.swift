// SPDX-License-Identifier: Apache-2.0
// The routes, and the clients that each of them admits.

import CertAuth
import CertAuthHummingbird
import Hummingbird

typealias Context = BasicClientCertificateRequestContext

func addRoutes(to router: Router<Context>, trustedIssuer: Certificate) {
    router.add(middleware: OptionalClientCertificateMiddleware())
    router.get("public") { _, context in
        guard let failure = context.authenticationFailure else {
            return "hello \(context.principal?.name ?? "anonymous")"
        }
        return "hello anonymous, your certificate was refused: \(failure.code)"
    }
    router.group("me").add(middleware: AuthorizationMiddleware()).get { _, context in
        let client = try context.requireClient()
        return "\(client.principal.name ?? "?"): \(roles(client.principal)); \(client.certificate.subject)"
    }
    let staff = AuthorizationPolicy.claim(.role, anyOf: ["staff"], issuedBy: "user store").named("staff")
    router.group("reports").add(middleware: AuthorizationMiddleware(staff)).get { _, _ in "the reports" }
    let admin = AuthorizationPolicy.allOf([
        .claim(.role, anyOf: ["admin"], issuedBy: "user store"), .issuer(sha256: trustedIssuer.sha256Thumbprint),
    ])
    router.group("admin").add(middleware: AuthorizationMiddleware(admin.named("admin"))).get { _, _ in "the switches" }
}

private func roles(_ principal: ClaimsPrincipal) -> String {
    principal.claims.filter { $0.type == .role }.map(\.value).joined(separator: ", ")
}
