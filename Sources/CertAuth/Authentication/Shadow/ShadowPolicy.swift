// SPDX-License-Identifier: Apache-2.0

/// A policy that is evaluated without effect. Chains that it would validate differently are counted and logged.
///
/// It is evaluated after the answer is given, for chains with a new verdict, with the revocation evidence stored by
/// then. Nothing is fetched for it, and hooks are not called.
public struct ShadowPolicy: Sendable {
    /// The options to evaluate.
    package var options: CertificateAuthenticationOptions
    /// How many chains are validated concurrently. Further ones are skipped and counted as `skipped`.
    public var concurrentValidations = 2
    /// Runs a validation without delaying the answer.
    package var run: @Sendable (@escaping @Sendable () -> Void) -> Void = { work in
        Task.detached(priority: .background) { work() }
    }

    /// Creates a shadow policy with these options.
    public init(options: CertificateAuthenticationOptions) { self.options = options }
}
