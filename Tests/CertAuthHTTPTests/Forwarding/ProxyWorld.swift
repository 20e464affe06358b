// SPDX-License-Identifier: Apache-2.0

import CertAuthTestSupport
import CertAuthTesting

/// The files of clients and servers of a real proxy, in a folder that is removed with this object.
struct ProxyWorld {
    let fixture: ForwardingFixture
    let folder: TemporaryDirectory
    let server: TestIdentity
    let clients: [String: TestIdentity.Files]
    let pki: [String: String]

    init(knowsIntermediate: Bool) throws {
        fixture = try ForwardingFixture(knowsIntermediate: knowsIntermediate)
        folder = try TemporaryDirectory()
        // With an intermediate: lighttpd serves no certificate without its issuer.
        server = try TestAuthority("Edge Root").intermediate("Edge Issuing").issue(
            "localhost",
            .server(dnsNames: ["localhost"], addresses: ["127.0.0.1"])
        )
        var clients: [String: TestIdentity.Files] = [:]
        clients["good"] = try fixture.authority.issue("direct").write(to: folder, as: "good")
        clients["intermediate"] = try fixture.issuing.issue("alice").write(to: folder, as: "intermediate")
        clients["expired"] = try fixture.issuing.issue("old", .expired).write(to: folder, as: "expired")
        clients["untrusted"] = try TestAuthority("Stranger").issue("mallory").write(to: folder, as: "untrusted")
        self.clients = clients
        pki = [
            "server.pem": try server.chainPEM(), "server.key": try server.privateKeyPEM(),
            "server-and-key.pem": try server.chainPEM() + server.privateKeyPEM(),
            "clients.pem": try fixture.authority.identity.certificatePEM(),
        ]
    }

    /// curl's result: the status, and the code of a problem document or the first word of the body.
    func get(
        _ proxy: RealProxy,
        _ path: String = "/",
        as client: String?,
        method: String = "GET",
        headers: [String] = []
    ) async throws -> String {
        let tool = try ExternalTool("curl")
        let root = try folder.write(server.anchorPEM(), as: "edge-root.pem")
        var arguments = ["-sS", "--max-time", "20", "-w", " %{http_code}", "--cacert", root]
        if let files = client.flatMap({ clients[$0] }) { arguments += ["--cert", files.chain, "--key", files.key] }
        for header in headers { arguments += ["-H", header] }
        let result = try await tool.run(arguments + ["-X", method, "https://localhost:\(proxy.port)\(path)"])
        guard result.exitCode == 0 else { return "curl \(result.exitCode)" }
        let status = result.output.suffix(3)
        if let start = result.output.firstRange(of: "\"code\":\"")?.upperBound {
            return "\(status) \(result.output[start...].prefix { $0 != "\"" })"
        }
        return "\(status) \(result.output.hasPrefix("CN=") ? result.output.prefix { $0 != " " } : "")"
    }
}
