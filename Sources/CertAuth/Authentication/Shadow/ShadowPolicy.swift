// SPDX-License-Identifier: Apache-2.0
// A policy that is tried out beside the one in force.

/// Options that are evaluated without effect: where they would decide otherwise is counted and logged.
///
/// They are asked after the answer is given, about chains that were judged anew, with the revocation evidence that is held
/// by then: nothing is ever fetched for them. Hooks are not asked.
public struct ShadowPolicy: Sendable {
    /// The options to try out.
    package var options: CertificateAuthenticationOptions
    /// How many chains are judged at a time; further ones are left out and counted as `skipped`.
    public var concurrentJudgements = 2
    /// Runs a judgement off the path of the answer.
    package var run: @Sendable (@escaping @Sendable () -> Void) -> Void = { work in
        Task.detached(priority: .background) { work() }
    }

    /// Tries these options out.
    public init(options: CertificateAuthenticationOptions) { self.options = options }
}
