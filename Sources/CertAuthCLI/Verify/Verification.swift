// SPDX-License-Identifier: Apache-2.0

import CertAuth
import Logging
import Synchronization

/// Loads the files of a request and validates them, as a server validates the chain of a handshake.
package struct Verification: Sendable {
    private let request: VerifyRequest
    private let now: Timestamp

    package init(_ request: VerifyRequest) {
        self.request = request
        now = request.time ?? .now
    }

    /// Validates, and returns the report.
    ///
    /// - Throws: `CommandFailure` of kind usage for a missing or wrong file and for contradictory options. A malformed
    ///   file does not throw; it is a refusal with code `malformed`.
    package func run() throws(CommandFailure) -> VerificationReport {
        do throws(CommandFailure) {
            return try validate()
        } catch {
            guard error.kind == .refused else { throw error }
            let failure = AuthenticationFailure(code: .malformed, message: error.message)
            return VerificationReport(verdict: .refused(failure, until: nil), time: now)
        }
    }

    private func validate() throws(CommandFailure) -> VerificationReport {
        let leaf = try InputFiles.certificates(request.leaf, password: request.password)
        let options = try options()
        let responses = try InputFiles.ocspResponses(request.ocspResponses)
        let evidence = RevocationEvidence(
            revocationLists: try InputFiles.revocationLists(request.revocationLists),
            ocspResponses: responses.read,
            failures: responses.failures
        )
        let authenticator: CertificateAuthenticator
        do throws(ConfigurationError) {
            authenticator = try CertificateAuthenticator(
                options: options,
                revocationEvidence: evidence,
                logger: Logger(label: "certauth.verify", factory: { _ in SwiftLogNoOpLogHandler() })
            )
        } catch {
            throw ConfigurationFailure.failure(error)
        }
        guard let chain = PresentedChain(derEncoded: leaf.map(\.derEncoded), source: .offline) else {
            throw .usage("\(request.leaf): no certificate in it")
        }
        let context = ValidationContext(options: options, now: now)
        let tried = Mutex(TriedPaths())
        let verdict = authenticator.validate(chain) { path in tried.withLock { $0.record(path) } }
        return VerificationReport(
            verdict: verdict,
            time: now,
            tried: tried.withLock { $0 },
            revocation: RevocationInquiry(evidence: evidence, context: context)
        )
    }

    private func options() throws(CommandFailure) -> CertificateAuthenticationOptions {
        var options = CertificateAuthenticationOptions(trust: try trust())
        options.allowedCertificateTypes = request.types.types
        options.selfSignedPins = Set(request.pins)
        for path in request.untrusted {
            options.additionalChainCertificates += try InputFiles.certificates(path, password: request.password)
        }
        options.validateCertificateUse = request.purpose == .client
        if !request.policies.isEmpty {
            options.certificatePolicies.acceptable = Set(request.policies)
            options.certificatePolicies.requireExplicitPolicy = true
        }
        request.effectiveRevocation.apply(to: &options)
        if let most = request.maximumIntermediates { options.limits.intermediates = most }
        // These are the operator's own files, not an attacker's, so their number is not limited.
        options.limits.additionalCertificates = max(
            options.limits.additionalCertificates,
            options.additionalChainCertificates.count
        )
        options.securityLevel = request.securityLevel
        options.profile = request.profile
        options.constrainsCommonNames = request.constrainsCommonNames
        options.clock = .fixed(now)
        return options
    }

    private func trust() throws(CommandFailure) -> TrustPolicy {
        guard request.types != .selfSigned else {
            guard request.trust.isEmpty else {
                throw .usage(
                    "--trust has no meaning with --types self-signed",
                    hint: "name the certificates with --pin"
                )
            }
            return .noAnchors
        }
        guard !request.trust.isEmpty else {
            throw .usage("--trust is missing: a path must end at a trust anchor", hint: "give --trust root.pem")
        }
        var anchors: [Certificate] = []
        for path in request.trust { anchors += try InputFiles.certificates(path, password: request.password) }
        do throws(TrustStoreError) {
            return .custom(try TrustStore(certificates: anchors))
        } catch {
            throw .usage("--trust: \(error)")
        }
    }
}
