// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuthHTTP
import ServiceLifecycle

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `certauth pki responder`: serves a PKI's revocation information.
struct PKIResponderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "responder",
        abstract: "Serves OCSP, CRLs and the authorities' certificates over plain HTTP.",
        discussion: """
            POST /ocsp and GET /ocsp/BASE64 return an OCSP response (RFC 6960), signed by the certificate's issuer; \
            /NAME.crl and /NAME.cer return an authority's CRL and certificate. The folder is read at each request, so \
            certauth pki revoke takes effect immediately.
            The line "listening on http://..." on standard output contains the address; port 0 lets the system choose.

            Examples:
              certauth pki init --responder-url http://127.0.0.1:8889
              certauth pki responder --listen 127.0.0.1:8889 --seconds 60
              openssl ocsp -issuer pki/intermediate.pem -cert pki/alice.pem \\
                  -url http://127.0.0.1:8889/ocsp -CAfile pki/root.pem
            """
    )

    @OptionGroup var folder: PKIFolderOption
    @Option(help: "The address, as host:port (default: 127.0.0.1:8889).", transform: ListenArgument.address)
    var listen: ListenerAddress = .hostPort(host: "127.0.0.1", port: 8889)
    @Option(help: "How many seconds an OCSP response is valid.") var seconds: Int64 = 3600

    mutating func run() async throws {
        guard (1...31_536_000).contains(seconds) else {
            throw CommandFailure.usage("--seconds is \(seconds), expected 1 to 31536000")
        }
        let pki = try DevelopmentPKI(opening: folder.path)
        let listener = try RevocationResponder(path: folder.path, seconds: seconds).listener(at: listen)
        var settings = ServeSettings(certificate: "", key: "")
        settings.revocation = .none
        let server = Server(settings: settings, terminal: .standard)
        let address = try await server.start(listener, named: "\(listen)")
        Terminal.standard.plainLine("listening on http://\(address)")
        if let note = pki.responderNote(listeningAt: "\(address)") { Terminal.standard.note(note) }
        try await server.serve(listener)
    }
}
