// SPDX-License-Identifier: Apache-2.0
// The Guide's first server.

// snippet of Guide.md
import CertAuth
import CertAuthHTTP
import CertAuthTLS

func makeListener(pki: String, port: Int) throws -> HTTPSListener {
    let anchors = try TrustStore(files: ["\(pki)/root.pem"])
    let lists = try CertificateRevocationList.load(file: "\(pki)/crls.pem")
    var options = CertificateAuthenticationOptions(trust: .custom(anchors))
    options.revocationMode = .offline
    let authenticator = try CertificateAuthenticator(
        options: options,
        revocationEvidence: RevocationEvidence(revocationLists: lists)
    )
    let identity = try ServerIdentity(
        certificateFile: "\(pki)/localhost.chain.pem",
        keyFile: "\(pki)/localhost.key"
    )
    var tls = TLSServerConfiguration(identity: identity, authenticator: authenticator)
    tls.validation = .request
    let configuration = HTTPSListenerConfiguration(address: .hostPort(host: "127.0.0.1", port: port), tls: tls)
    return try HTTPSListener(configuration: configuration) { request in
        .text("hello \(request.principal?.name ?? "anonymous")")
    }
}
// end of snippet
