// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Determines whether OpenSSL is used in the tuned or in the plain way. Both give equal verdicts.
///
/// `CERTAUTH_OPENSSL_TUNING=off` disables tuning for the process. `Docs/OpenSSL.md` describes its benefit.
package enum Tuning {
    /// The name of the environment variable. It is read once, when the first certificate or TLS context is created.
    package static let variable = "CERTAUTH_OPENSSL_TUNING"

    private static let state = Atomic(isWanted(by: getenv(variable).map { String(cString: $0) }))

    /// Whether tuning is on.
    package static var isOn: Bool { state.load(ordering: .relaxed) }

    /// Whether a value of the variable enables tuning: no value and `on` do. Every other value disables it, so that a
    /// misspelled one selects the plain way.
    package static func isWanted(by value: String?) -> Bool { value == nil || value == "on" }

    /// How certificates are decoded and verified.
    static var verification: any CertificateVerification { isOn ? TunedVerification() : PlainVerification() }

    /// The library context for handshakes of servers; nil for the default context.
    static var handshakeContext: OpaquePointer? { isOn ? DecodingContext.handshakes.pointer : nil }

    /// The library context in which sessions are encoded and decoded; nil for the default context.
    static var sessionContext: OpaquePointer? { isOn ? DecodingContext.sessions.pointer : nil }

    /// Runs `body` with tuning on or off, for tests that compare the two. The whole process is affected.
    ///
    /// Certificates and TLS contexts that were created before remain usable in both ways.
    package static func with<Result>(isOn: Bool, _ body: () throws -> Result) rethrows -> Result {
        let former = state.exchange(isOn, ordering: .relaxed)
        defer { state.store(former, ordering: .relaxed) }
        return try body()
    }
}
