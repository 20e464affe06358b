// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuth

/// `certauth verify`: validates certificates from files with the same engine as a server.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Validates a certificate as a server does, and shows why it is accepted or refused.",
        discussion: """
            The file of --leaf contains the client's certificate; more certificates in it count as sent by the client. \
            Files are PEM (one certificate or many), DER or PKCS #12.
            Revocation is checked if --crl or --ocsp is given; --revocation overrides this.

            Examples:
              certauth verify --leaf alice.pem --trust root.pem --untrusted issuing.pem
              certauth verify --leaf alice.pem --trust root.pem --crl crls.pem \\
                  --time 2027-01-01T00:00:00Z
              certauth verify --leaf box.pem --types self-signed --pin 3f1c...e2
              certauth verify --leaf alice.pfx --password-file secret.txt --trust root.pem
              certauth verify --batch < cases.jsonl

            Exit codes: 0 accepted, 1 refused (malformed input is refused), 2 usage error, 3 failed.
            """
    )

    @Option(help: "The client's certificate.", completion: .file()) var leaf: String?
    @Option(help: "Trust anchors; can be repeated.", completion: .file()) var trust: [String] = []
    @Option(help: "Intermediates; can be repeated.", completion: .file()) var untrusted: [String] = []
    @Option(help: "CRLs; can be repeated.", completion: .file()) var crl: [String] = []
    @Option(help: "OCSP responses, DER; can be repeated.", completion: .file()) var ocsp: [String] = []
    @Option(help: "The time, ISO 8601 (default: now).", transform: ArgumentText.timestamp) var time: Timestamp?
    @Option(help: "The purpose: client requires the usages of a TLS client.") var purpose = PurposeArgument.client
    @Option(help: "Which kinds of certificates are allowed.") var types = TypesArgument.chained
    @Option(
        help: "The SHA-256 of an accepted self-signed certificate, or spki: and that of its key; can be repeated.",
        transform: ArgumentText.pin
    ) var pin: [CertificatePin] = []
    @Option(help: "How revocation is checked; crl-all with --crl, ocsp-all with --ocsp alone, else none.")
    var revocation: EvidenceArgument?
    @Option(
        help: "A certificate policy; the path must be valid for one of them; may be repeated.",
        transform: ArgumentText.objectIdentifier
    ) var policy: [OID] = []
    @Option(help: "The maximum number of intermediates, not counting self-issued ones (default: 10).")
    var maxIntermediates: Int?
    @Option(help: "OpenSSL's security level: 0, 1, or 2 for 112 bits and no SHA-1.") var securityLevel = 2
    @Option(
        help: "How much of RFC 5280's certificate profile is required; rfc5280 by default, strict with --batch."
    ) var profile: ProfileArgument?
    @Flag(
        help: "Also checks a commonName that looks like a host or an address against name constraints."
    ) var constrainCommonNames = false
    @OptionGroup var passwords: PasswordArguments
    @Flag(help: "Writes JSON.") var json = false
    @Flag(help: "Reads one JSON case per line, writes one JSON answer per line.") var batch = false

    mutating func run() async throws {
        if batch {
            try checkBatch()
            let validator = BatchValidator(
                profile: (profile ?? .strict).profile,
                constrainsCommonNames: constrainCommonNames
            )
            BatchLoop(terminal: .standard, validator: validator).run()
            return
        }
        var request = try request()
        let report = try passwords.run { (password) throws(CommandFailure) in
            request.password = password
            return try Verification(request).run()
        }
        if json {
            Terminal.standard.line(report.json.pretty)
        } else {
            for line in report.text(Terminal.standard.palette) { Terminal.standard.line(line) }
        }
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }

    private func checkBatch() throws(CommandFailure) {
        let others: [(String, Bool)] = [
            ("--leaf", leaf != nil), ("--trust", !trust.isEmpty), ("--untrusted", !untrusted.isEmpty),
            ("--crl", !crl.isEmpty), ("--ocsp", !ocsp.isEmpty), ("--time", time != nil), ("--pin", !pin.isEmpty),
            ("--revocation", revocation != nil), ("--policy", !policy.isEmpty),
            ("--password", passwords.password != nil),
            ("--password-file", passwords.passwordFile != nil),
            ("--max-intermediates", maxIntermediates != nil),
        ]
        if let (flag, _) = others.first(where: \.1) {
            throw .usage("\(flag) has no meaning with --batch: each case has its own")
        }
    }

    private func request() throws(CommandFailure) -> VerifyRequest {
        guard let leaf else { throw .usage("--leaf is missing", hint: "see `certauth help verify`") }
        guard (0...2).contains(securityLevel) else {
            throw .usage("--security-level is \(securityLevel), expected 0, 1 or 2")
        }
        for (flag, files) in [("--crl", crl), ("--ocsp", ocsp)] where revocation == EvidenceArgument.none {
            guard files.isEmpty else {
                throw .usage("\(flag) has no meaning with --revocation none", hint: "leave one of them out")
            }
        }
        var request = VerifyRequest(leaf: leaf)
        request.trust = trust
        request.untrusted = untrusted
        request.revocationLists = crl
        request.ocspResponses = ocsp
        request.time = time
        request.purpose = purpose
        request.types = types
        request.pins = pin
        request.revocation = revocation
        request.policies = policy
        request.maximumIntermediates = maxIntermediates
        request.securityLevel = securityLevel
        request.profile = (profile ?? .rfc5280).profile
        request.constrainsCommonNames = constrainCommonNames
        return request
    }
}
