// SPDX-License-Identifier: Apache-2.0
// How the installed OpenSSL treats userinfo in URIs under name constraints, which changed between its versions.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting

/// A leaf named `https://user@a.example/` below a root that permits URIs of `a.example`.
enum UserinfoProbe {
    /// Whether plain OpenSSL treats the userinfo as part of the host.
    static func isRefused() throws -> Bool {
        let clock = TestClock(GeneratedHierarchy.now).verificationClock
        let root = try TestAuthority("Root", clock: clock) {
            $0.extensions.append(.nameConstraints(permitted: [.uri("a.example")]))
        }
        let leaf = try root.issue("alice") {
            $0.extensions.append(.subjectAlternativeNames([.uri("https://user@a.example/")]))
        }
        let error = try OpenSSLChainVerification(
            leaf: leaf.certificate.handle,
            pool: [],
            anchors: [root.certificate.handle],
            time: GeneratedHierarchy.now.secondsSince1970
        ).run()
        return error != nil
    }
}
